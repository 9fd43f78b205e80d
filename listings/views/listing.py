"""The page of one listing."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from listings.models import Listing
from listings.models.phone import in_calling_order
from listings.search.results import is_of_another_field
from listings.search.vocabulary import vocabulary
from listings.views.facts import fact_groups, needs_tolerance_box, only_provenance
from listings.views.meeting_times import next_meetings


@require_safe
@cache_control(private=True, no_store=True)
def listing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything known of a public listing; 410 for one that has closed, else 404."""
    shown = _public(public_id)
    if shown is None:
        return _closed(request, public_id)
    facts = list(shown.facts.select_related("term", "source"))
    words = vocabulary()
    groups = fact_groups(facts, words)
    offered = {fact.term_id for fact in facts if fact.value}
    context = {
        "listing": shown,
        "known": [group for group in groups if group.lines],
        "silent": [group for group in groups if not group.lines],
        "one_provenance": only_provenance(groups),
        "types": [term for term in words.by_facet["type"].terms if term.pk in offered],
        "other_field": is_of_another_field(int.from_bytes(bytes(shown.yes_bits), "little"), words),
        "tolerance": needs_tolerance_box(facts),
        "phones": in_calling_order(shown.phones.select_related("source")),
        "meetings": next_meetings(shown.meetings.select_related("source"), timezone.now()),
        "identifiers": shown.identifiers.select_related("source").order_by("source__name"),
        "opening": shown.openings.holding().select_related("source").first(),
    }
    return render(request, "pages/listing.html", context)


def _public(public_id: uuid.UUID) -> Listing | None:
    listings = Listing.objects.published().select_related("provider", "source")
    return listings.filter(public_id=public_id).first()


def _closed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page that was public once says so; a draft is as absent as one that never was."""
    closed = Listing.objects.filter(
        public_id=public_id, status=Listing.Status.CLOSED, source__isnull=False
    ).exclude(source__is_demo=True)
    found = closed.first()
    if found is None:
        raise Http404
    return render(request, "pages/closed.html", {"listing": found}, status=HTTPStatus.GONE)
