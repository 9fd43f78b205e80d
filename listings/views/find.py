"""The page of results: ``/find/<place>/?type=detox&within=25``."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from listings.models import Place
from listings.search.criteria import Circle, SearchCriteria
from listings.search.filters import distance_choices
from listings.search.order import SORTS
from listings.search.results import Asking, ResultPage
from listings.search.times import SORT_LABELS
from listings.views.address import ResultsAddress
from listings.views.asked_search import Search
from listings.views.cards import Card
from listings.views.filter_groups import chips, filter_groups
from listings.views.headings import heading
from listings.views.results_json import as_json
from listings.views.ways_out import ways_out
from listings.web.asked_index import stamp_of
from listings.web.page_cache import Draft, Kind, kept_pages

FAMILY = "family-support"
ATTENDED_ONLINE = ("online", "hybrid")


@require_safe
@kept_pages(Kind.HTML, stamp_of)
def find(request: HttpRequest, slug: str = "") -> Draft:
    """Listings near a place, or everywhere, with the filters and their counts."""
    search = Search.of(request, slug)

    def draw() -> HttpResponse:
        return render(request, "pages/results.html", _context(search))

    return Draft(search.canonical, draw)


@require_safe
@kept_pages(Kind.JSON, stamp_of)
def find_json(request: HttpRequest, slug: str = "") -> Draft:
    """The same answer for programs: results, total and counts."""
    search = Search.of(request, slug)
    return Draft(search.canonical, lambda: JsonResponse(as_json(search, search.page())))


def _context(search: Search) -> dict[str, Any]:
    criteria, place, words, address = search.criteria, search.place, search.words, search.address
    asking, page = search.asking, search.page()
    groups = filter_groups(criteria, page, words)
    return {
        "heading": heading(criteria, place, words),
        "place": place,
        "page": page,
        "notices": search.notices,
        "chips": chips(criteria, words, address),
        "address": address,
        "groups": groups,
        "more_open": any(group.ticked for group in groups if not group.first_screen),
        "distances": _distances(criteria, place),
        "criteria": criteria,
        "sorts": _sorts(criteria),
        "cards": [Card.of(result, criteria, asking.at) for result in page.results],
        "online": _online_groups(criteria, asking),
        "older": _older(criteria, asking, page, address),
        "paging": _paging(page, address),
        "ways_out": [] if page.total else ways_out(asking, criteria, page, place, address),
    }


def _distances(criteria: SearchCriteria, place: Place | None) -> list[tuple[str, bool]]:
    if not isinstance(criteria.scope, Circle):
        return []
    offered = distance_choices(place, criteria.scope.miles)
    return [(f"{miles:g}", chosen) for miles, chosen in offered]


def _sorts(criteria: SearchCriteria) -> list[tuple[str, str]]:
    """The orders offered; nearest only where there is something to be near to."""
    measured = isinstance(criteria.scope, Circle)
    return [(sort, str(SORT_LABELS[sort])) for sort in SORTS if measured or sort != "distance"]


def _online_groups(criteria: SearchCriteria, asking: Asking) -> Mapping[str, Any] | None:
    """How many family groups meet online, wherever they are; only beside a search of a place."""
    wants_family = FAMILY in criteria.chosen.get("type", ())
    if criteria.scope is None or not wants_family or criteria.chosen.get("attendance"):
        return None
    elsewhere = SearchCriteria(
        chosen={"type": (FAMILY,), "attendance": ATTENDED_ONLINE},
        known_only=frozenset({"attendance"}),
    )
    total = asking.total(elsewhere)
    pairs = (("type", FAMILY), *(("attendance", code) for code in ATTENDED_ONLINE))
    address = ResultsAddress("", (*pairs, ("known", "attendance")))
    return {"total": total, "url": address.url} if total else None


def _older(
    criteria: SearchCriteria, asking: Asking, page: ResultPage, address: ResultsAddress
) -> Mapping[str, Any] | None:
    """Listings left out because nobody has confirmed them for a year, and the way to see them."""
    total = asking.older(criteria, page.total)
    return {"total": total, "url": address.with_one("older", "1").url} if total else None


def _paging(page: ResultPage, address: ResultsAddress) -> Mapping[str, str]:
    around = {"previous": page.page - 1, "next": page.page + 1}
    return {
        name: address.with_one("page", str(number)).url
        for name, number in around.items()
        if 1 <= number <= page.pages
    }
