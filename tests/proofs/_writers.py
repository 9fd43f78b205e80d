"""Writers who make public changes of every kind at once, each with a connection of its own.

Run as a program on the database that the environment names: --fill NUMBER makes so many listings;
else WRITERS SECONDS READER…, which begins when those readers read. Prints what was done, as JSON.
"""

import datetime as dt
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.proofs._node_settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 after Django is set up

from listings.curation import actions  # noqa: E402
from listings.models import (  # noqa: E402
    Catalogue,
    Fact,
    Listing,
    Meeting,
    Opening,
    Provider,
    Source,
    Term,
)

REASON = "changed in a proof"
STATUSES = ["published", "published", "temporarily-closed", "closed", "do-not-list", "needs-check"]
TOWNS = [("CT", 41.76, -72.68), ("OH", 41.08, -81.52), ("ID", 43.62, -116.2), ("", None, None)]
HOURS = ["", "24/7", "Mo-Fr 09:00-17:00", "Sa 10:00-12:00"]


def fill(count: int) -> None:
    """So many published listings of one source and a few providers."""
    source, _ = Source.objects.get_or_create(
        code="proof", defaults={"name": "Proof", "policy": Source.Policy.REGISTER}
    )
    with transaction.atomic():
        version = Catalogue.objects.next_version().version
        providers = Provider.objects.bulk_create(
            Provider(name=f"Provider {number}", name_key=f"provider {number}")
            for number in range(10)
        )
        Listing.objects.bulk_create(
            [_listing(number, source, providers[number % 10], version) for number in range(count)],
            batch_size=500,
        )


def _listing(number: int, source: Source, provider: Provider | None, version: int) -> Listing:
    region, latitude, longitude = TOWNS[number % len(TOWNS)]
    return Listing(
        name=f"House {number}", source=source, provider=provider, status="published",
        country="US" if region else "", region=region, latitude=latitude, longitude=longitude,
        precision="exact" if region else "", online_only=not region, version=version,
        last_seen_on=dt.date.today(), timezone="America/New_York",
    )  # fmt: skip


class Writer:
    """One curator, importer or form after the other."""

    def __init__(self, number: int) -> None:
        self.chance = random.Random(f"{os.getpid()} {number} {time.time()}")
        self.done: Counter[str] = Counter()
        self.source = Source.objects.create(
            code=f"openings-{os.getpid()}-{number}", name="Openings", policy="untrusted"
        )
        self.terms = list(Term.objects.all())
        self.register = Source.objects.get(code="proof")

    def work(self, seconds: float) -> Counter[str]:
        """Make changes for so long; what was refused changes nothing and is counted as that."""
        ends = time.monotonic() + seconds
        kinds: list[Callable[[], None]] = [
            self.rename, self.rename, self.move, self.publish_or_withdraw,
            self.publish_or_withdraw, self.fact, self.meeting, self.openings, self.new,
            self.provider, self.term, self.many,
        ]  # fmt: skip
        try:
            while time.monotonic() < ends:
                kind = self.chance.choice(kinds)
                try:
                    kind()
                except actions.Refused:
                    self.done["refused"] += 1
                else:
                    self.done[kind.__name__] += 1
        finally:
            connection.close()
        return self.done

    def some(self, count: int) -> list[int]:
        """Keys of listings drawn at random."""
        keys = list(Listing.objects.order_by().values_list("pk", flat=True))
        return self.chance.sample(keys, count)

    def one(self) -> Listing:
        """A listing drawn at random, as a form loads it."""
        return Listing.objects.get(pk=self.some(1)[0])

    def rename(self) -> None:
        """A new name, and other hours."""
        listing = self.one()
        listing.name = f"House {self.chance.randrange(10**6)}"
        listing.opening_hours = self.chance.choice(HOURS)
        self._record(listing, "name")

    def move(self) -> None:
        """Another place, or online only."""
        listing = self.one()
        region, latitude, longitude = self.chance.choice(TOWNS)
        listing.region, listing.latitude, listing.longitude = region, latitude, longitude
        listing.country, listing.online_only = "US" if region else "", not region
        listing.precision = "exact" if region else ""
        self._record(listing, "region")

    def publish_or_withdraw(self) -> None:
        """Another status."""
        actions.set_status(
            self.one(), self.chance.choice(STATUSES), by=None, reason=REASON, via="admin"
        )

    def fact(self) -> None:
        """A fact said anew, or dropped."""
        with transaction.atomic():
            actions.take_turn()
            listing, term = self.one(), self.chance.choice(self.terms)
            Fact.objects.filter(listing=listing, term=term).delete()
            if self.chance.random() < 0.8:
                value = self.chance.random() < 0.7
                degree = self.chance.choice(["", "dedicated", "only"]) if value else ""
                Fact.objects.create(
                    listing=listing, term=term, value=value, degree=degree, source=self.register
                )
            self._record(listing, f"fact:{term.code}")

    def meeting(self) -> None:
        """Meetings exchanged for others."""
        with transaction.atomic():
            actions.take_turn()
            listing = self.one()
            listing.meetings.all().delete()
            for _ in range(self.chance.randrange(3)):
                Meeting.objects.create(
                    listing=listing, weekday=self.chance.randint(1, 7), source=self.register,
                    start=dt.time(self.chance.randrange(24)), timezone="America/New_York",
                    attendance="online", duration_minutes=60,
                )  # fmt: skip
            self._record(listing, "meetings")

    def openings(self) -> None:
        """All openings that one source gives."""
        states = {pk: self.chance.choice(Opening.State.values) for pk in self.some(4)}
        hold = dt.timedelta(hours=self.chance.randint(1, 9))
        actions.give_openings(self.source, states, hold=hold, wait_days=3, via="command")

    def new(self) -> None:
        """A listing that comes as a draft and is published."""
        listing = _listing(self.chance.randrange(10**6), self.register, None, 0)
        listing.status = "draft"
        listing.save()
        actions.set_status(listing, "published", by=None, reason=REASON, via="admin")

    def provider(self) -> None:
        """A provider's name, which stands on the pages of a tenth of the listings."""
        provider = self.chance.choice(list(Provider.objects.all()))
        provider.name = f"Provider {provider.pk} {self.chance.randrange(10**6)}"
        actions.save_public(
            provider, by=None, changes={"name": ["", provider.name]}, via="admin", action="changed"
        )

    def term(self) -> None:
        """A term's help text."""
        term = self.chance.choice(self.terms)
        term.help_text = f"Help {self.chance.randrange(10**6)}."
        actions.save_public(term, by=None, changes={}, via="admin", action="changed")

    def many(self) -> None:
        """As a batch of an import: many listings under one version."""
        with transaction.atomic():
            version = Catalogue.objects.next_version().version
            name = f"Imported {self.chance.randrange(10**6)}"
            Listing.objects.filter(pk__in=self.some(50)).update(name=name, version=version)

    def _record(self, listing: Listing, name: str) -> None:
        actions.record_change(
            listing, by=None, changes={name: ["", ""]}, reason=REASON, via="admin"
        )


def main(writers: int, seconds: float, readers: Sequence[str]) -> None:
    """Let them all write at once."""
    folder = Path(os.environ["PROOF_FOLDER"])
    while not all((folder / f"reading-{name}").exists() for name in readers):
        time.sleep(0.05)
    with ThreadPoolExecutor(writers) as pool:
        ends = pool.map(lambda number: Writer(number).work(seconds), range(writers))
        total = sum(ends, Counter())
    print(json.dumps({**total, "version": Catalogue.objects.current().version}))


if __name__ == "__main__":
    if sys.argv[1] == "--fill":
        fill(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
