"""The page of results: ``/find/<place>/?type=detox&within=25``."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from listings.models import ListingIdentifier, Place
from listings.models.phone import first_phone
from listings.search.criteria import Circle, SearchCriteria
from listings.search.filters import criteria_from, distance_choices, filter_set
from listings.search.results import Result, ResultPage, older_count, search
from listings.search.scan import answer
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.views.address import ResultsAddress, chosen_pairs
from listings.views.filter_groups import Chip, chips, filter_groups
from listings.views.headings import heading
from listings.views.meeting_times import next_meetings

FAMILY = "family-support"
ATTENDED_ONLINE = ("online", "hybrid")
MEETINGS_ON_A_CARD = 2


@require_safe
@cache_control(private=True, no_store=True)
def find(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Listings near a place, or everywhere, with the filters and their counts."""
    place = get_object_or_404(Place, slug=slug) if slug else None
    words = vocabulary()
    filters = filter_set(request.GET, words)
    criteria, notices = criteria_from(filters, place, words)
    page = search(criteria, words)
    address = ResultsAddress(slug, chosen_pairs(filters, words))
    chosen = chips(criteria, words, address)
    groups = filter_groups(criteria, page, words)
    context = {
        "heading": heading(criteria, place, words),
        "place": place,
        "page": page,
        "notices": notices,
        "chips": chosen,
        "address": address,
        "groups": groups,
        "more_open": any(group.ticked for group in groups if not group.first_screen),
        "distances": _distances(criteria, place),
        "sort": criteria.sort,
        "cards": _cards(page.results),
        "online": _online_groups(criteria, words),
        "older_too": criteria.older,
        "older": _older(criteria, words, page, address),
        "paging": _paging(page, address),
        "ways_out": _ways_out(criteria, place, address, chosen) if not page.total else [],
    }
    return render(request, "pages/results.html", context)


def _cards(results: Sequence[Result]) -> list[Mapping[str, Any]]:
    """What each card shows; the edition is the date that the listing's own source gives itself."""
    now = timezone.now()
    listings = [result.listing for result in results]
    identifiers = ListingIdentifier.objects.present().filter(listing__in=listings)
    editions = {
        (one.listing_id, one.source_id): one.as_of for one in identifiers.order_by("as_of", "pk")
    }
    return [
        {
            "result": result,
            "listing": result.listing,
            "phone": first_phone(result.listing.phones.all()),
            "meetings": next_meetings(result.listing.meetings.all(), now)[:MEETINGS_ON_A_CARD],
            "edition": editions.get((result.listing.pk, result.listing.source_id or 0)),
        }
        for result in results
    ]


def _distances(criteria: SearchCriteria, place: Place | None) -> list[tuple[str, bool]]:
    if not isinstance(criteria.scope, Circle):
        return []
    offered = distance_choices(place, criteria.scope.miles)
    return [(f"{miles:g}", chosen) for miles, chosen in offered]


def _online_groups(criteria: SearchCriteria, words: Vocabulary) -> Mapping[str, Any] | None:
    """How many family groups meet online, wherever they are; only beside a search of a place."""
    wants_family = FAMILY in criteria.chosen.get("type", ())
    if criteria.scope is None or not wants_family or criteria.chosen.get("attendance"):
        return None
    elsewhere = SearchCriteria(
        chosen={"type": (FAMILY,), "attendance": ATTENDED_ONLINE},
        known_only=frozenset({"attendance"}),
    )
    total = len(answer(elsewhere, words.bits).rows)
    pairs = (("type", FAMILY), *(("attendance", code) for code in ATTENDED_ONLINE))
    address = ResultsAddress("", (*pairs, ("known", "attendance")))
    return {"total": total, "url": address.url} if total else None


def _older(
    criteria: SearchCriteria, words: Vocabulary, page: ResultPage, address: ResultsAddress
) -> Mapping[str, Any] | None:
    """Listings left out because nobody has confirmed them for a year, and the way to see them."""
    total = older_count(criteria, words, page.total)
    return {"total": total, "url": address.with_one("older", "1").url} if total else None


def _paging(page: ResultPage, address: ResultsAddress) -> Mapping[str, str]:
    around = {"previous": page.page - 1, "next": page.page + 1}
    return {
        name: address.with_one("page", str(number)).url
        for name, number in around.items()
        if 1 <= number <= page.pages
    }


def _ways_out(
    criteria: SearchCriteria, place: Place | None, address: ResultsAddress, chosen: list[Chip]
) -> Mapping[str, Any]:
    """What to try when nothing was found: farther away, one filter fewer, everywhere."""
    miles = criteria.scope.miles if isinstance(criteria.scope, Circle) else None
    wider = [
        (f"{distance:g}", address.with_one("within", f"{distance:g}").url)
        for distance, _ in distance_choices(place, miles or 0)
        if miles and distance > miles
    ]
    return {
        "wider": wider,
        "fewer": chosen,
        "everywhere": address.without("within").at("").url if place else "",
    }
