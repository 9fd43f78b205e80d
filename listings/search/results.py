"""One page of results: four queries at most, whatever was asked."""

from dataclasses import dataclass, replace

from geopy.distance import geodesic

from listings.models import Listing, Term
from listings.search.criteria import LAST_PAGE, Circle, SearchCriteria
from listings.search.matching import Row
from listings.search.scan import Count, answer
from listings.search.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Result:
    """One listing found, with how far it is and what is known of what was asked."""

    listing: Listing
    miles: float | None
    types: list[Term]
    known: list[Term]
    not_known: list[Term]
    serves_only: list[Term]
    other_field: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results, the total, and the counts behind every filter value."""

    results: list[Result]
    total: int
    page: int
    pages: int
    page_size: int
    counts: dict[str, Count]
    programme_counts: dict[str, Count]

    @property
    def first(self) -> int:
        """Number of the first result on this page, from 1."""
        return (self.page - 1) * self.page_size + 1

    @property
    def last(self) -> int:
        """Number of the last result on this page."""
        return min(self.page * self.page_size, self.total)


def search(criteria: SearchCriteria, words: Vocabulary) -> ResultPage:
    """Answer the criteria with one page; a page past the end becomes the last one."""
    found = answer(criteria, words.bits)
    size = criteria.page_size
    pages = max(1, min(LAST_PAGE, -(-len(found.rows) // size)))
    page = max(1, min(criteria.page, pages))
    rows = found.rows[(page - 1) * size : page * size]
    return ResultPage(
        results=_results(rows, criteria, words),
        total=len(found.rows),
        page=page,
        pages=pages,
        page_size=size,
        counts=found.counts,
        programme_counts=found.programme_counts,
    )


def is_of_another_field(yes: int, words: Vocabulary) -> bool:
    """Whether it is a mental-health service that offers family education and no known treatment.

    Its source does not say that the families it helps are those of people with an addiction.
    """
    types = [term.code for term in words.by_facet["type"].terms if yes >> term.bit & 1]
    mental = words.by_code.get("mental-health-services")
    return types == ["family-support"] and mental is not None and bool(yes >> mental.bit & 1)


def older_count(criteria: SearchCriteria, words: Vocabulary, total: int) -> int:
    """How many more there would be with listings that nobody has confirmed for a year."""
    if criteria.older or not Listing.objects.published().lapsed().exists():
        return 0
    return len(answer(replace(criteria, older=True), words.bits).rows) - total


def _results(rows: list[Row], criteria: SearchCriteria, words: Vocabulary) -> list[Result]:
    listings = (
        Listing.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("provider", "source")
        .prefetch_related("phones", "meetings")
    )
    by_pk = {listing.pk: listing for listing in listings}
    # A listing withdrawn between the two queries is left out rather than shown.
    return [_result(row, by_pk[row.pk], criteria, words) for row in rows if row.pk in by_pk]


def _result(row: Row, listing: Listing, criteria: SearchCriteria, words: Vocabulary) -> Result:
    asked = [words.by_code[code] for codes in criteria.chosen.values() for code in codes]
    asked += [words.by_code[code] for code in criteria.programmes]
    types = [term for term in words.by_facet["type"].terms if row.yes >> term.bit & 1]
    known = [term for term in asked if row.yes >> term.bit & 1]
    open_facets = {term.facet for term in known}
    return Result(
        listing=listing,
        miles=_shown_miles(row, listing, criteria),
        types=types,
        known=known,
        not_known=[
            term
            for term in asked
            if term.facet not in open_facets and not (row.yes | row.no) >> term.bit & 1
        ],
        serves_only=words.of_bits(row.only),
        other_field=is_of_another_field(row.yes, words),
    )


def _shown_miles(row: Row, listing: Listing, criteria: SearchCriteria) -> float | None:
    """Miles on the ellipsoid for people to read; order and radius use the great circle."""
    if row.miles is None or not isinstance(criteria.scope, Circle) or listing.point is None:
        return None
    centre = criteria.scope.centre
    here = (listing.point.latitude, listing.point.longitude)
    return float(geodesic((centre.latitude, centre.longitude), here).miles)
