"""What a page of results shows of each listing, read with four queries for all of them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from listings.models import Listing, ListingIdentifier, Meeting, Opening, Phone


@dataclass(frozen=True, slots=True)
class Shown:
    """A public listing with what hangs on it; ``openings`` are those that hold, newest first.

    Lists in place of managers: Django's prefetching makes one query set for each listing and
    relation, which takes longer than the queries do.
    """

    listing: Listing
    phones: list[Phone] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)


def read_shown(pks: Sequence[int], at: dt.datetime) -> Mapping[int, Shown]:
    """By key; one that has been withdrawn since it was found is not among them."""
    if not pks:
        return {}
    shown = {listing.pk: Shown(listing) for listing in _listings(pks)}
    for phone in _of(Phone.objects.all(), shown):
        shown[phone.listing_id].phones.append(phone)
    for meeting in _of(Meeting.objects.all(), shown):
        shown[meeting.listing_id].meetings.append(meeting)
    for opening in _of(Opening.objects.holding(at), shown):
        shown[opening.listing_id].openings.append(opening)
    return shown


def _of(things: QuerySet[Any], shown: Mapping[int, Shown]) -> Iterable[Any]:
    return things.filter(listing__in=list(shown))


def _listings(pks: Sequence[int]) -> QuerySet[Listing]:
    edition = ListingIdentifier.objects.present().filter(
        listing=OuterRef("pk"), source=OuterRef("source")
    )
    newest = edition.order_by(F("as_of").desc(nulls_last=True), "-pk").values("as_of")[:1]
    return (
        Listing.objects.published()
        .filter(pk__in=pks)
        .order_by()
        .select_related("provider", "source")
        # The date that the listing's own source gives itself.
        .annotate(edition=Subquery(newest))
    )
