"""Listings to keep an index of, and what becomes of them."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from listings.curation import actions
from listings.models import Catalogue, Listing
from listings.search.index import Index
from listings.search.loading import load_index, stamp_now
from tests.factories import make_listing
from tests.search.held import differences, held


class Later:
    """In place of a thread: runs when a test says so."""

    started: list["Later"] = []

    def __init__(self, target: Callable[[], None], daemon: bool) -> None:
        self.target, self.ended = target, False

    def start(self) -> None:
        Later.started.append(self)

    def is_alive(self) -> bool:
        return not self.ended

    @classmethod
    def run_all(cls) -> int:
        """Run what was started, to its end; returns how many that were."""
        waiting, cls.started = cls.started, []
        for one in waiting:
            one.target()
            one.ended = True
        return len(waiting)


def houses(count: int) -> list[Listing]:
    return [make_listing(f"House {number}", facts={}) for number in range(count)]


def rename(listings: list[Listing], name: str) -> None:
    """As an import does: one version for many listings."""
    version = Catalogue.objects.get(pk=1).version + 1
    Catalogue.objects.filter(pk=1).update(version=version)
    Listing.objects.filter(pk__in=[one.pk for one in listings]).update(name=name, version=version)


def withdraw(listing: Listing, status: str = "closed") -> None:
    actions.set_status(listing, status, by=None, reason="a test", via="command")


def right(index: Index) -> bool:
    """Whether it is what the database holds now."""
    return index.stamp == stamp_now() and not differences(index, load_index())


def names(index: Index) -> list[str]:
    return sorted(one["name"] for one in held(index).values())


def index_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def restore(backup: dict[int, str], version: int) -> None:
    """The rows and the number of an older backup, in the place of what there is."""
    with transaction.atomic():
        Listing.objects.exclude(pk__in=backup).delete()
        for pk, name in backup.items():
            Listing.objects.filter(pk=pk).update(name=name, version=1)
        Catalogue.objects.filter(pk=1).update(version=version)
