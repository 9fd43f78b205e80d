"""From staged records to changes: finds each listing, merges, and works out where it is."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from listings.curation import position
from listings.curation.change import Change
from listings.curation.plan import Disagreement, Plan
from listings.exchange.merge import OurFact, OurPhone, Ours, merge
from listings.exchange.same_place import CREATED, Match
from listings.exchange.staging import Staged
from listings.exchange.values import Values, content_hash
from listings.models import (
    Conflict,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    Meeting,
    Source,
    SourceRecord,
)
from listings.values.geo import Point

_TEXTS = ("name", "second_name", "description", "language", "website", "email", "opening_hours")


@dataclasses.dataclass(slots=True)
class _Standing:
    """All that is known of the listings of one batch, read in a handful of queries."""

    identifiers: dict[str, ListingIdentifier]
    matches: dict[str, Match]
    listings: dict[int, Listing]
    holders: dict[int, list[ListingIdentifier]]
    records: dict[tuple[str, str], SourceRecord]


def plan_batch(
    staged: Sequence[Staged], run: ImportRun, matches: Mapping[str, Match], seen_on: dt.date
) -> list[Change]:
    """One Change for each record of the batch. Reads only."""
    standing = _standing(staged, run.source, matches)
    return [_change(record, run, standing, seen_on) for record in staged]


def _standing(staged: Sequence[Staged], source: Source, matches: Mapping[str, Match]) -> _Standing:
    ids = [record.external_id for record in staged]
    identifiers = {
        row.external_id: row
        for row in ListingIdentifier.objects.filter(source=source, external_id__in=ids)
    }
    matches = {one: matches[one] for one in ids if one in matches and one not in identifiers}
    wanted = {row.listing_id for row in identifiers.values()}
    wanted |= {match.listing_id for match in matches.values()}
    listings = Listing.objects.filter(pk__in=wanted).prefetch_related(
        "facts__term", "facts__source", "phones__source", "meetings"
    )
    holders: dict[int, list[ListingIdentifier]] = defaultdict(list)
    for row in ListingIdentifier.objects.filter(listing__in=wanted).select_related(
        "source", "record"
    ):
        holders[row.listing_id].append(row)
    records = {
        (row.external_id, row.content_hash): row
        for row in SourceRecord.objects.filter(source=source, external_id__in=ids)
    }
    found = {listing.pk: listing for listing in listings}
    return _Standing(identifiers, matches, found, holders, records)


def _change(record: Staged, run: ImportRun, standing: _Standing, seen_on: dt.date) -> Change:
    identifier = standing.identifiers.get(record.external_id)
    match = standing.matches.get(record.external_id)
    listing_id = identifier.listing_id if identifier else match.listing_id if match else None
    listing = standing.listings[listing_id] if listing_id else _new_listing(run.source)
    holders = standing.holders.get(listing.pk, []) if listing.pk else []
    base = _base(holders, run.source, record.external_id)
    others = {row.source.code: row for row in holders if row.source_id != run.source_id}
    ours = _ours(listing)
    plan = merge(
        base,
        ours,
        record.values,
        source=run.source.code,
        trusted=run.source.policy == Source.Policy.REGISTER or listing.pk is None,
        own=listing.source_id == run.source_id,
        others={code: row.record.values for code, row in others.items() if not row.missing_since},
    )
    return Change(
        listing=listing,
        plan=plan,
        record=standing.records.get((record.external_id, record.content_hash))
        or _record(record, run),
        identifier=_identifier(identifier, record, run, match, seen_on),
        attributes=_attributes(listing, plan, run.source, seen_on, record.values),
        provider=plan.fields.get("provider") or "",
        facts={fact.term.code: fact for fact in listing.facts.all()} if listing.pk else {},
        phones=list(listing.phones.all()) if listing.pk else [],
        holders={code: (row.source, row.as_of) for code, row in others.items()},
        conflicts=[_conflict(listing, run, one) for one in plan.conflicts],
    )


def _new_listing(source: Source) -> Listing:
    return Listing(source=source, status=Listing.Status.PUBLISHED)


def _base(holders: list[ListingIdentifier], source: Source, external_id: str) -> Values | None:
    """What this source said of the listing last: under this id, or an id that has gone."""
    own = [row for row in holders if row.source_id == source.pk]
    own.sort(key=lambda row: row.external_id != external_id)
    return own[0].record.values if own else None


def _ours(listing: Listing) -> Ours:
    if listing.pk is None:
        return Ours({}, {}, (), ())
    fields: dict[str, Any] = {name: getattr(listing, name) for name in _TEXTS}
    fields["provider"] = listing.provider.name if listing.provider else ""
    fields["address"] = {
        "street": listing.street,
        "city": listing.city,
        "region": listing.region,
        "postcode": listing.postcode,
        "country": listing.country,
        "withheld": listing.address_withheld,
    }
    exact = listing.precision == Listing.Precision.EXACT
    fields["point"] = [listing.latitude, listing.longitude] if exact else None
    return Ours(
        fields=fields,
        facts={fact.term.code: _our_fact(fact) for fact in listing.facts.all()},
        phones=tuple(
            OurPhone(p.number, p.extension, p.role, p.source.code, p.method != "import")
            for p in listing.phones.all()
        ),
        meetings=tuple(meeting_shown(meeting) for meeting in listing.meetings.all()),
        locked_fields=frozenset(listing.locked_fields),
    )


def _our_fact(fact: Fact) -> OurFact:
    return OurFact(fact.said, fact.source.code, fact.curated, fact.locked)


def meeting_shown(meeting: Meeting) -> dict[str, Any]:
    """A meeting as it stands, in the shape in which records give it."""
    values = {name: getattr(meeting, name) for name in Meeting.CONTENT}
    return {**values, "start": meeting.start.strftime("%H:%M")}


def _record(record: Staged, run: ImportRun) -> SourceRecord:
    return SourceRecord(
        source=run.source,
        external_id=record.external_id,
        content_hash=record.content_hash,
        raw=record.raw,
        values=record.values,
        first_run=run,
    )


def _identifier(
    known: ListingIdentifier | None,
    record: Staged,
    run: ImportRun,
    match: Match | None,
    seen_on: dt.date,
) -> ListingIdentifier:
    row = known or ListingIdentifier(
        source=run.source,
        external_id=record.external_id,
        matched_by=" and ".join(match.agreed) if match else CREATED,
    )
    row.as_of = run.as_of
    row.seen_on = seen_on
    row.missing_since = None
    return row


def _conflict(listing: Listing, run: ImportRun, one: Disagreement) -> Conflict:
    return Conflict(
        listing=listing,
        source=run.source,
        field=one.field,
        base=one.base,
        ours=one.ours,
        theirs=one.theirs,
        theirs_hash=content_hash(one.theirs, None),
        opened_at=timezone.now(),
    )


def _attributes(
    listing: Listing, plan: Plan, source: Source, seen_on: dt.date, values: Values
) -> dict[str, Any]:
    """The listing's columns that the plan's fields come to, position and zone included."""
    fields = plan.fields
    register = source.policy == Source.Policy.REGISTER
    found: dict[str, Any] = {name: fields[name] for name in _TEXTS if name in fields}
    found["unverified"] = not register and (listing.pk is None or listing.unverified)
    if register:
        found["last_seen_on"] = max(filter(None, (listing.last_seen_on, seen_on)))
    elif listing.pk is None:
        found["last_seen_on"] = seen_on
    if "address" in fields:
        address = dict(fields["address"])
        found["address_withheld"] = address.pop("withheld")
        found |= address
    if "address" in fields or "point" in fields:
        found |= _position(listing, values, found)
    if plan.meetings:
        found["online_only"] = all(one["attendance"] == "online" for one in plan.meetings)
    return found


def _position(listing: Listing, values: Values, found: dict[str, Any]) -> dict[str, Any]:
    if values["fields"].get("point"):
        return position.exact(Point(*values["fields"]["point"]))
    return position.by_address(
        *(found.get(name, getattr(listing, name)) for name in position.ADDRESS)
    )
