"""Looks at a whole database after an import; prints what stands there and what is wrong, as JSON.

Run as a program on the database that the environment names.
"""

import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
django.setup()

from django.db import connection  # noqa: E402 after Django is set up

from listings.curation import history, packing  # noqa: E402
from listings.models import (  # noqa: E402
    Catalogue,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    Phone,
    ReviewEvent,
    SourceRecord,
)

FIELDS = (
    "name", "second_name", "description", "language", "website", "email", "opening_hours",
    "street", "city", "region", "postcode", "country", "address_withheld", "latitude", "longitude",
    "precision", "timezone", "online_only", "unverified", "last_seen_on", "status", "name_key",
    "address_key",
)  # fmt: skip
COUNTS = ("new", "matched", "changed", "same")


class Look:
    """All rows of one database by listing, and the problems found so far."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.listings = {one.pk: one for one in Listing.objects.all()}
        self.identifiers: dict[int, list[ListingIdentifier]] = defaultdict(list)
        for row in ListingIdentifier.objects.select_related("source", "record"):
            self.identifiers[row.listing_id].append(row)
        self.facts: dict[int, list[Fact]] = defaultdict(list)
        for fact in Fact.objects.select_related("term"):
            self.facts[fact.listing_id].append(fact)
        self.phones: dict[int, list[Phone]] = defaultdict(list)
        for phone in Phone.objects.all():
            self.phones[phone.listing_id].append(phone)
        self.created = Counter(
            ReviewEvent.objects.filter(action="created").values_list("listing_id", flat=True)
        )

    def all(self) -> dict[str, Any]:
        """Look at everything."""
        for pk, listing in self.listings.items():
            self._listing(pk, listing)
        self._runs()
        self._records()
        self._chain()
        self._database()
        return {
            "problems": self.problems[:20],
            "listings": len(self.listings),
            "facts": sum(map(len, self.facts.values())),
            "joined": sum(len(rows) > 1 for rows in self.identifiers.values()),
            "content": self._content(),
            "runs": [
                {"status": run.status, "cursor": run.cursor, "report": run.report}
                for run in ImportRun.objects.order_by("pk")
            ],
        }

    def _wrong(self, pk: int, what: str) -> None:
        self.problems.append(f"listing {pk} ({self.listings[pk]}): {what}")

    def _listing(self, pk: int, listing: Listing) -> None:
        rows = self.identifiers[pk]
        if not rows:
            self._wrong(pk, "has no identifier")
        if self.created[pk] != 1:
            self._wrong(pk, f"has {self.created[pk]} events of being created")
        packed = [bytes(getattr(listing, name)) for name in packing.PACKED]
        packing.pack(listing, [(f.term.bit, f.value, f.degree) for f in self.facts[pk]])
        if packed != [bytes(getattr(listing, name)) for name in packing.PACKED]:
            self._wrong(pk, "has a packed row that differs from its facts")
        if len(rows) == 1:
            self._as_recorded(pk, rows[0])

    def _as_recorded(self, pk: int, identifier: ListingIdentifier) -> None:
        """A listing of one source is what that source's record says, part by part."""
        values = identifier.record.values
        facts = {f.term.code: (f.degree or "yes") if f.value else "no" for f in self.facts[pk]}
        if facts != values["facts"]:
            self._wrong(pk, "has other facts than its record")
        told = {(n, e) for numbers in values["phones"].values() for n, e in numbers}
        if {(phone.number, phone.extension) for phone in self.phones[pk]} != told:
            self._wrong(pk, "has other telephones than its record")
        if self.listings[pk].name != values["fields"]["name"]:
            self._wrong(pk, "has another name than its record")
        dates = {part.as_of for part in (*self.facts[pk], *self.phones[pk])}
        if dates - {identifier.as_of}:
            self._wrong(pk, f"has parts of {dates}, but its edition is of {identifier.as_of}")

    def _runs(self) -> None:
        latest = {
            run.source_id: run for run in ImportRun.objects.filter(dry_run=False).order_by("pk")
        }
        for source, run in latest.items():
            report, here = run.report, ListingIdentifier.objects.filter(source=source)
            if run.status == ImportRun.Status.COMPLETE:
                counted = sum(report[name] for name in COUNTS)
                if counted != here.filter(missing_since=None).count():
                    self.problems.append(f"run {run.pk} says complete, but {counted} are not here")
                aside = report["quarantined_rows"] + sum(report["out_of_scope"].values())
                if counted + aside != report["rows"]:
                    self.problems.append(f"the counts of run {run.pk} do not add up: {report}")
            elif run.cursor != sum(report.get(name, 0) for name in COUNTS[:3]):
                self.problems.append(f"cursor {run.cursor} of run {run.pk} is not what it reports")

    def _records(self) -> None:
        named = ListingIdentifier.objects.values_list("source", "external_id")
        orphans = set(SourceRecord.objects.values_list("source", "external_id")) - set(named)
        if orphans:
            self.problems.append(f"{len(orphans)} records belong to no listing")
        if len(named) != len(set(named)):
            self.problems.append("an identifier stands twice")

    def _chain(self) -> None:
        previous, version = "", 0
        for event in ReviewEvent.objects.order_by("pk").select_related("listing"):
            listing = str(event.listing.public_id) if event.listing else ""
            if event.previous != previous or event.digest != history.digest(event, listing):
                self.problems.append(f"the chain is broken at event {event.pk}")
            if event.version < version:
                self.problems.append(f"event {event.pk} is older than the one before it")
            previous, version = event.digest, event.version
        catalogue = Catalogue.objects.current()
        if previous != catalogue.chain_head:
            self.problems.append("the catalogue's chain head is not the last event")
        if max((one.version for one in self.listings.values()), default=0) > catalogue.version:
            self.problems.append("a listing is newer than the catalogue")

    def _database(self) -> None:
        connection.check_constraints()
        if connection.vendor != "sqlite":
            return
        with connection.cursor() as cursor:
            for (line,) in cursor.execute("PRAGMA integrity_check").fetchall():
                if line != "ok":
                    self.problems.append(f"integrity check: {line}")

    def _content(self) -> str:
        """A hash of everything but keys, versions and moments: equal for equal directories."""
        lines = sorted(json.dumps(self._plain(pk), default=str) for pk in self.listings)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _plain(self, pk: int) -> list[Any]:
        listing = self.listings[pk]
        return [
            sorted(
                (row.source.code, row.external_id, row.record.content_hash, row.as_of, row.seen_on,
                 row.missing_since)
                for row in self.identifiers[pk]
            ),
            [getattr(listing, name) for name in FIELDS],
            [bytes(getattr(listing, name)).hex() for name in packing.PACKED],
            sorted((f.term.code, f.value, f.degree, f.source_id, f.as_of) for f in self.facts[pk]),
            sorted((p.number, p.extension, p.role, p.as_of) for p in self.phones[pk]),
        ]  # fmt: skip


if __name__ == "__main__":
    json.dump(Look().all(), sys.stdout)
