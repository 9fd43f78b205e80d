"""Writes a batch of an import: whole listings, one transaction, one version, one event each."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from listings.curation import history, packing
from listings.curation.change import Change
from listings.curation.facts import FactWriter
from listings.curation.history import Changes, Event
from listings.models import (
    Catalogue,
    Conflict,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    Meeting,
    Phone,
    Provider,
    Source,
    SourceRecord,
    Term,
)
from listings.values.address import name_key

ATTRIBUTES = (
    "name", "second_name", "description", "language", "website", "email", "opening_hours",
    "street", "city", "region", "postcode", "country", "address_withheld", "latitude", "longitude",
    "precision", "timezone", "online_only", "unverified", "provider", "last_seen_on",
)  # fmt: skip


class Stale(Exception):
    """A listing changed between the diff and the lock; work the batch out again."""


class Overtaken(Exception):
    """The run belongs to another process by now, which took this one for dead."""


def keep(run: ImportRun, *fields: str, held_by: str = "") -> None:
    """Save these fields of a run, and that it lives, as long as it is this process's own.

    ``held_by`` is the process that holds it where that is what changes. Raises Overtaken.
    """
    run.heartbeat_at = timezone.now()
    values = {name: getattr(run, name) for name in (*fields, "heartbeat_at")}
    mine = ImportRun.objects.filter(
        pk=run.pk, status=ImportRun.Status.RUNNING, process=held_by or run.process
    )
    if not mine.update(**values):
        raise Overtaken


@transaction.atomic
def write(run: ImportRun, changes: Sequence[Change], terms: Mapping[str, Term]) -> None:
    """Write one batch and move the run's cursor. Raises Stale when a listing has moved on."""
    catalogue = Catalogue.objects.next_version()
    _check_versions(changes)
    events = [
        _event(run, change) for change in changes if change.is_new or change.plan.changes_anything
    ]
    facts = FactWriter(run, terms)
    for change in changes:
        _set_attributes(change, catalogue.version)
        packing.pack(change.listing, facts.add(change))
    new = [change.listing for change in changes if change.is_new]
    old = [change.listing for change in changes if not change.is_new]
    Listing.objects.bulk_create(new)
    facts.write()
    _write_phones(run, changes)
    _write_meetings(run, changes)
    _date_anew(run, [listing.pk for listing in old])
    Listing.objects.bulk_update(
        old, [*ATTRIBUTES, *packing.PACKED, *packing.KEYS, "version"], batch_size=200
    )
    _write_records(run, changes)
    history.record(catalogue, events)
    run.cursor += len(changes)
    keep(run, "cursor", "report")


@transaction.atomic
def reconfirm(run: ImportRun, identifiers: Sequence[int], seen_on: dt.date) -> None:
    """The source names these again, unchanged, with a later date: its facts carry that date."""
    catalogue = Catalogue.objects.next_version()
    rows = ListingIdentifier.objects.filter(pk__in=identifiers)
    listings = list(rows.values_list("listing_id", flat=True))
    _record_missing(catalogue, run, rows.exclude(missing_since=None), None)
    rows.update(seen_on=seen_on, as_of=run.as_of, missing_since=None)
    _date_anew(run, listings)
    affected = Listing.objects.filter(pk__in=listings)
    if run.source.policy == Source.Policy.REGISTER:
        affected.filter(last_seen_on__lt=seen_on).update(last_seen_on=seen_on)
        affected.filter(last_seen_on=None).update(last_seen_on=seen_on)
    affected.update(version=catalogue.version)
    keep(run, "report")


def _date_anew(run: ImportRun, listings: Sequence[int]) -> None:
    """What this source said before and says again carries the date of the new edition."""
    if run.as_of is None:
        return
    for model in (Fact, Phone):
        model.objects.filter(listing__in=listings, source=run.source, method="import").update(
            as_of=run.as_of
        )
    Meeting.objects.filter(listing__in=listings, source=run.source).update(as_of=run.as_of)


@transaction.atomic
def flag_missing(run: ImportRun, identifiers: Sequence[int], since: dt.date) -> None:
    """The source no longer names these: flagged, with an event, and never deleted."""
    catalogue = Catalogue.objects.next_version()
    rows = ListingIdentifier.objects.filter(pk__in=identifiers)
    _record_missing(catalogue, run, rows, since)
    Listing.objects.filter(identifiers__in=rows).update(version=catalogue.version)
    rows.update(missing_since=since)
    keep(run, "report")


def _record_missing(
    catalogue: Catalogue,
    run: ImportRun,
    rows: QuerySet[ListingIdentifier],
    since: dt.date | None,
) -> None:
    """One event for each of these that goes missing (``since``) or is named again (None)."""
    history.record(
        catalogue,
        [
            Event(
                "missing from source" if since else "named again by source",
                "import",
                listing=row.listing,
                changes={"missing_since": [_day(row.missing_since), _day(since)]},
                reason=str(run.source),
                run=run,
            )
            for row in rows.select_related("listing").order_by("pk")
        ],
    )


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def _check_versions(changes: Sequence[Change]) -> None:
    expected = {
        change.listing.pk: change.listing.version for change in changes if not change.is_new
    }
    now = dict(Listing.objects.filter(pk__in=expected).values_list("pk", "version"))
    if now != expected:
        raise Stale


def _event(run: ImportRun, change: Change) -> Event:
    changes: Changes = {}
    plan = change.plan
    for name, value in plan.fields.items():
        changes[name] = [None if change.is_new else plan.before.get(name), value]
    if not change.is_new:
        before = {code: fact.said for code, fact in change.facts.items()}
        for code, said in plan.set_facts.items():
            changes[f"fact:{code}"] = [before.get(code), said]
        for code in plan.drop_facts:
            changes[f"fact:{code}"] = [before.get(code), None]
        if plan.add_phones or plan.drop_phones:
            dropped = [[*pair] for pair in plan.drop_phones]
            changes["phones"] = [dropped, [[*pair] for pair in plan.add_phones]]
        if plan.meetings is not None:
            changes["meetings"] = [plan.before.get("meetings"), plan.meetings]
    return Event(
        action="created" if change.is_new else "changed",
        via="import",
        listing=change.listing,
        changes=changes,
        reason=f"record {change.record.content_hash}",
        run=run,
    )


def _set_attributes(change: Change, version: int) -> None:
    listing = change.listing
    for name, value in change.attributes.items():
        setattr(listing, name, value)
    if change.provider:
        listing.provider = Provider.objects.get_or_create(
            name_key=name_key(change.provider),
            country=listing.country,
            region=listing.region,
            defaults={"name": change.provider},
        )[0]
    listing.version = version
    packing.set_keys(listing)


def _write_phones(run: ImportRun, changes: Sequence[Change]) -> None:
    gone = []
    new = []
    for change in changes:
        gone += [
            phone.pk
            for phone in change.phones
            if (phone.number, phone.extension) in change.plan.drop_phones
        ]
        new += [
            Phone(
                listing=change.listing, number=number, extension=extension, role=role,
                source=run.source, as_of=run.as_of,
            )
            for number, extension, role in change.plan.add_phones
        ]  # fmt: skip
    Phone.objects.filter(pk__in=gone).delete()
    Phone.objects.bulk_create(new, batch_size=1_000)


def _write_meetings(run: ImportRun, changes: Sequence[Change]) -> None:
    changed = [change for change in changes if change.plan.meetings is not None]
    Meeting.objects.filter(
        listing__in=[change.listing.pk for change in changed], source=run.source
    ).delete()
    Meeting.objects.bulk_create(
        [
            Meeting(listing=change.listing, source=run.source, as_of=run.as_of, **values)
            for change in changed
            for values in change.plan.meetings or []
        ],
        batch_size=1_000,
    )


def _write_records(run: ImportRun, changes: Sequence[Change]) -> None:
    SourceRecord.objects.bulk_create(
        [change.record for change in changes if change.record.pk is None], batch_size=200
    )
    for change in changes:
        change.identifier.listing = change.listing
        change.identifier.record = change.record
    fresh = [change.identifier for change in changes if change.identifier.pk is None]
    known = [change.identifier for change in changes if change.identifier.pk is not None]
    ListingIdentifier.objects.bulk_create(fresh)
    ListingIdentifier.objects.bulk_update(
        known, ["listing", "record", "as_of", "seen_on", "missing_since"], batch_size=500
    )
    for change in changes:
        for conflict in change.conflicts:
            conflict.record = change.record
    Conflict.objects.bulk_create(
        [conflict for change in changes for conflict in change.conflicts],
        ignore_conflicts=True,  # one that was opened before, for the same value, is not asked again
    )
