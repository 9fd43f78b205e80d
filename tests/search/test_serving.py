"""One process's index: kept at the catalogue's version, by one file and by what has changed."""

import fcntl
import gc
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from listings.curation import actions
from listings.models import Catalogue, Listing
from listings.search import files, mapped, serving
from listings.search.criteria import Area, SearchCriteria
from listings.search.index import Index, Stamp
from listings.search.loading import load_index, stamp_now
from listings.search.serving import Keeper
from tests.factories import make_group, make_listing, make_source
from tests.search.held import differences, held

pytestmark = pytest.mark.django_db


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


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for index files, and bounds that a few listings reach."""
    settings.INDEX_DIR = tmp_path / "index"
    monkeypatch.setattr(serving, "AT_ONCE", 6)
    monkeypatch.setattr(serving, "MOST_CHANGED", 12)
    monkeypatch.setattr("listings.search.index.YOUNG", 3)
    monkeypatch.setattr(serving.threading, "Thread", Later)
    # What runs later runs in the test's own thread, and so on its connection.
    monkeypatch.setattr(serving, "connection", SimpleNamespace(close=lambda: None))
    Later.started = []
    yield settings.INDEX_DIR
    Later.started = []


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Stamp]:
    """The stamps of all indexes that were built from the database."""
    stamps: list[Stamp] = []

    def counting() -> Index:
        index = load_index()
        stamps.append(index.stamp)
        return index

    monkeypatch.setattr(files, "load_index", counting)
    return stamps


@pytest.fixture
def said() -> Iterator[list[str]]:
    """The messages of the search's log."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("listings.search").addHandler(handler)
    yield messages
    logging.getLogger("listings.search").removeHandler(handler)


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


def index_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


# -- one change at a time ------------------------------------------------------------------------


def test_it_works(folder: Path, builds: list[Stamp]) -> None:
    houses(3)
    index = Keeper().current()
    assert right(index)
    assert [one["name"] for one in held(index).values()] == ["house 0", "house 1", "house 2"]
    assert len(index_files(folder)) == 1
    assert right(Keeper().current())
    assert len(builds) == 1, "the second process maps the file of the first"


def change_name(listing: Listing) -> None:
    listing.name = "Another Name"
    actions.record_change(
        listing, by=None, changes={"name": ["", ""]}, reason="a test", via="command"
    )


def give_opening(listing: Listing) -> None:
    actions.give_openings(
        make_source(), {listing.pk: "open"}, hold=actions.dt.timedelta(hours=1), wait_days=0,
        via="command",
    )  # fmt: skip


CHANGES: dict[str, Callable[[Listing], Any]] = {
    "published": lambda _: make_listing("New"),
    "a group": lambda _: make_group(),
    "a draft": lambda _: make_listing("Draft", status=Listing.Status.DRAFT),
    "withdrawn": withdraw,
    "closed for a time": lambda listing: withdraw(listing, "temporarily-closed"),
    "renamed": change_name,
    "an opening": give_opening,
    "nothing public": lambda _: actions.save_public(
        make_source("other"), by=None, changes={}, via="admin", action="changed"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_taken_in(name: str, builds: list[Stamp]) -> None:
    listings = houses(3)
    keeper = Keeper()
    keeper.current()
    CHANGES[name](listings[1])
    assert right(keeper.current())
    assert len(builds) == 1
    assert not Later.started


def test_withdrawn_and_published_again_and_again(builds: list[Stamp]) -> None:
    """Through all segments: the large one, the grown one and the young one."""
    listings = houses(5)
    keeper = Keeper()
    keeper.current()
    for turn in range(6):
        for one in listings[: 1 + turn % 3]:
            withdraw(one, "published" if turn % 2 else "closed")
            assert right(keeper.current())
    assert len(builds) == 1


def test_demonstration_and_real_site_have_files_of_their_own(settings: Settings) -> None:
    make_listing("Real")
    make_listing("Made up", source=make_source("demo", is_demo=True))
    assert len(held(Keeper().current())) == 1
    settings.DIRECTORY_DEMO = True
    assert len(held(Keeper().current())) == 2
    settings.DIRECTORY_DEMO = False
    assert len(held(Keeper().current())) == 1


# -- many changes at once ------------------------------------------------------------------------


def test_many_changes_are_left_to_the_background(builds: list[Stamp]) -> None:
    listings = houses(10)
    keeper = Keeper()
    before = keeper.current()
    rename(listings, "Imported")
    for _request in range(3):
        assert keeper.current() is before
    assert len(Later.started) == 1
    Later.run_all()
    assert right(keeper.current())
    assert len(builds) == 2
    assert not Later.started, "and that was that"


def test_small_changes_until_there_are_too_many(builds: list[Stamp]) -> None:
    listings = houses(20)
    keeper = Keeper()
    keeper.current()
    for one in listings[:15]:
        withdraw(one)
        withdraw(one, "published")
        assert right(keeper.current())
    assert len(Later.started) == 1
    Later.run_all()
    assert len(builds) == 2
    assert keeper.current().changed <= serving.AT_ONCE
    assert right(keeper.current())
    assert not Later.started


def test_the_answer_is_never_older_than_one_given_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the index is built anew, requests take in changes that its builder has not seen."""
    listings = houses(20)
    keeper = Keeper()
    keeper.current()
    built = files.load_index

    def built_slowly() -> Index:
        index = built()
        for first in range(0, 12, 4):
            rename(listings[first : first + 4], f"Renamed {first}")
            given.append(keeper.current().stamp)
        return index

    given: list[Stamp] = []
    for one in listings[:13]:
        rename([one], "Renamed alone")
        keeper.current()
    assert len(Later.started) == 1
    monkeypatch.setattr(files, "load_index", built_slowly)
    Later.run_all()
    monkeypatch.setattr(files, "load_index", built)
    assert len(given) == 3
    assert keeper.current().stamp >= given[-1]
    Later.run_all()
    assert right(keeper.current())


def test_a_process_takes_what_another_has_built(builds: list[Stamp]) -> None:
    listings = houses(10)
    one, other = Keeper(), Keeper()
    one.current()
    other.current()
    rename(listings, "Imported")
    one.current()
    other.current()
    assert Later.run_all() == 2
    assert right(one.current())
    assert right(other.current())
    assert len(builds) == 2, "one for the start and one for both"


def test_a_start_after_many_changes(builds: list[Stamp]) -> None:
    listings = houses(10)
    Keeper().current()
    rename(listings, "Imported while no process ran")
    assert right(Keeper().current())
    assert len(builds) == 2


def test_a_start_after_few_changes(builds: list[Stamp]) -> None:
    listings = houses(10)
    Keeper().current()
    rename(listings[:4], "Imported while no process ran")
    assert right(Keeper().current())
    assert len(builds) == 1


def test_another_process_builds_while_this_one_waits_for_it(
    builds: list[Stamp], monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = houses(3)
    lock = fcntl.flock

    def waiting(*args: Any) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        rename(listings, "Meanwhile")
        Keeper().current()
        lock(*args)

    monkeypatch.setattr(fcntl, "flock", waiting)
    assert right(Keeper().current())
    assert len(builds) == 1


def test_a_rebuild_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    listings = houses(10)
    keeper = Keeper()
    before = keeper.current()
    rename(listings, "Imported")
    keeper.current()

    def failing() -> Index:
        raise DatabaseError("the database has gone away")

    with monkeypatch.context() as patch:
        patch.setattr(files, "load_index", failing)
        Later.run_all()
    assert said == ["The search index could not be built anew."]
    assert keeper.current() is before
    Later.run_all()
    assert right(keeper.current())


def test_readyz_says_how_far_behind_it_is(client: Client) -> None:
    listings = houses(10)
    first = client.get("/readyz").json()
    rename(listings, "Imported")
    at = stamp_now().version
    assert first == {"status": "ok", "catalogue_version": at - 1, "index_version": at - 1}
    behind = client.get("/readyz")
    assert behind.status_code == 200
    assert behind.json() == {
        "status": "degraded", "catalogue_version": at, "index_version": at - 1,
    }  # fmt: skip
    Later.run_all()
    assert client.get("/readyz").json() == {
        "status": "ok", "catalogue_version": at, "index_version": at,
    }  # fmt: skip


@pytest.mark.parametrize("error", [DatabaseError, OperationalError, InterfaceError])
def test_readyz_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    houses(1)
    assert client.get("/readyz").status_code == 200

    def gone() -> Stamp:
        raise error

    monkeypatch.setattr(serving, "stamp_now", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "does not answer"}


# -- restored ------------------------------------------------------------------------------------


def restore(backup: dict[int, str], version: int) -> None:
    """The rows and the number of an older backup, in the place of what there is."""
    with transaction.atomic():
        Listing.objects.exclude(pk__in=backup).delete()
        for pk, name in backup.items():
            Listing.objects.filter(pk=pk).update(name=name, version=1)
        Catalogue.objects.filter(pk=1).update(version=version)


def names(index: Index) -> list[str]:
    return sorted(one["name"] for one in held(index).values())


@pytest.mark.parametrize("renewed", [True, False])
def test_an_older_backup_is_restored(renewed: bool, folder: Path, builds: list[Stamp]) -> None:
    listings = houses(3)
    backup, version = {one.pk: one.name for one in listings}, stamp_now().version
    keepers = [Keeper(), Keeper()]
    rename(listings, "Later")
    make_listing("Later, too", phones=[])
    for keeper in keepers:
        assert len(names(keeper.current())) == 4
    restore(backup, version)
    if renewed:
        Catalogue.renew_epoch()
    for keeper in keepers:
        assert right(keeper.current())
        assert names(keeper.current()) == ["house 0", "house 1", "house 2"]
    assert len(builds) == 2
    assert len(index_files(folder)) == 1


@pytest.mark.parametrize("more", [-2, 0, 2])
def test_with_a_new_epoch_the_version_tells_nothing(more: int) -> None:
    listings = houses(3)
    keeper = Keeper()
    keeper.current()
    restore({listings[0].pk: "Restored"}, stamp_now().version + more)
    Catalogue.renew_epoch()
    assert right(keeper.current())
    assert names(keeper.current()) == ["restored"]


def test_a_file_of_a_future_that_never_came(folder: Path) -> None:
    """Restored without a new epoch: the file written before is of versions that come again."""
    listings = houses(3)
    backup, version = {one.pk: one.name for one in listings}, stamp_now().version
    make_listing("Lost")
    running = Keeper()
    running.current()
    restore(backup, version)
    running.current()
    for turn in range(6):
        rename(listings[:1], f"Turn {turn}")
    assert right(running.current())
    assert right(Keeper().current())


@pytest.mark.parametrize("renewed", [True, False])
def test_restored_while_the_index_is_built_anew(
    renewed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = houses(10)
    keeper = Keeper()
    keeper.current()
    rename(listings, "Imported")
    keeper.current()

    def built_and_restored(most: int) -> Index:
        index = files.shared_index(most)
        monkeypatch.setattr(serving, "shared_index", files.shared_index)
        restore({listings[0].pk: "Restored"}, 3)
        if renewed:
            Catalogue.renew_epoch()
        assert names(keeper.current()) == ["restored"]
        return index

    monkeypatch.setattr(serving, "shared_index", built_and_restored)
    Later.run_all()
    assert right(keeper.current())
    assert names(keeper.current()) == ["restored"]


def test_pages_are_those_of_the_restored_data(client: Client) -> None:
    listings = houses(2)
    pages = ("/find/", "/find/", "/find.json")
    for page in pages:
        assert "House 1" in client.get(page).content.decode()
    restore({listings[0].pk: "Restored"}, stamp_now().version)
    Catalogue.renew_epoch()
    for page in pages:
        text = client.get(page).content.decode()
        assert "Restored" in text
        assert "House" not in text


# -- the folder of the file ----------------------------------------------------------------------


def not_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_text("a file stands here")


def nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.symlink_to("/dev/null/nowhere")


def no_locks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


def gone_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, *_: object) -> None:
        path.unlink(missing_ok=True)

    monkeypatch.setattr(mapped, "write", write)


def spoilt_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = mapped.write

    def write(path: Path, columns: Any, about: dict[str, Any]) -> None:
        written(path, columns, about)
        content = bytearray(path.read_bytes())
        content[-1000] ^= 1
        path.write_bytes(content)

    monkeypatch.setattr(mapped, "write", write)


@pytest.mark.parametrize(
    "trouble", [not_a_folder, nowhere, no_locks, full, gone_at_once, spoilt_at_once]
)
def test_without_a_folder_it_answers_from_its_own_memory(
    trouble: Callable[[Path, pytest.MonkeyPatch], None],
    folder: Path,
    builds: list[Stamp],
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listings = houses(10)
    trouble(folder, monkeypatch)
    keeper = Keeper()
    assert right(keeper.current())
    withdraw(listings[0])
    assert right(keeper.current())
    assert len(builds) == 1, "what was read is not read again for want of a file"
    assert len(said) == 1
    assert "cannot be" in said[0]
    rename(listings, "Imported")
    keeper.current()
    Later.run_all()
    assert right(keeper.current())
    assert len(builds) == 2


def test_without_a_setting_nothing_is_written(settings: Settings, said: list[str]) -> None:
    settings.INDEX_DIR = None
    listings = houses(10)
    keeper = Keeper()
    assert right(keeper.current())
    rename(listings, "Imported")
    keeper.current()
    Later.run_all()
    assert right(keeper.current())
    assert not said


def test_what_a_killed_process_left_is_cleaned_up(folder: Path, builds: list[Stamp]) -> None:
    houses(3)
    Keeper().current()
    (name,) = index_files(folder)
    (folder / f"{name}.new-4711").write_bytes(b"half a file")
    assert right(Keeper().current())
    assert index_files(folder) == [name]
    assert len(builds) == 1


def test_what_is_not_ours_stays(folder: Path, said: list[str]) -> None:
    """A file system mounted there has a folder of its own in it."""
    (folder / "lost+found").mkdir(parents=True)
    (folder / "README").touch()
    listings = houses(10)
    for _again in range(2):
        assert right(Keeper().current())
        rename(listings, "Imported")
    assert not said
    assert {"lost+found", "README"} < set(index_files(folder))
    assert len(index_files(folder)) == 3


@pytest.mark.parametrize("spoil", [b"", b"rubbish", None])
def test_a_damaged_file_is_left_aside(
    spoil: bytes | None, folder: Path, builds: list[Stamp], said: list[str]
) -> None:
    houses(3)
    Keeper().current()
    path = folder / index_files(folder)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-64] if spoil is None else spoil)
    assert right(Keeper().current())
    assert path.read_bytes() == whole
    assert len(builds) == 2
    assert len(said) == 1
    assert "left aside" in said[0]


def test_a_deleted_folder_loses_nothing(folder: Path) -> None:
    listings = houses(3)
    keeper = Keeper()
    before = keeper.current()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    withdraw(listings[0])
    assert right(keeper.current())
    assert len(held(before)) == 3, "what is mapped stays mapped"
    assert right(Keeper().current())


def mapped_files() -> set[str]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line.split("/")[-1] for line in lines if ".index" in line}


def test_old_files_are_let_go(folder: Path) -> None:
    """Else each import would keep another index in memory and on the disk."""
    listings = houses(10)
    keeper = Keeper()
    terms = {"online": ("attendance", 5)}
    asked = SearchCriteria(chosen={"attendance": ("online",)}, here=Area("US"), scope=Area("US"))
    for turn in range(3):
        keeper.current().answer(asked, terms, timezone.now())
        rename(listings, f"Turn {turn}")
        keeper.current()
        Later.run_all()
    assert right(keeper.current())
    gc.collect()
    (name,) = index_files(folder)
    assert mapped_files() == {name}
