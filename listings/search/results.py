"""One page of results: four queries at most, whatever was asked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geopy.distance import geodesic

from listings.models import Listing, Term
from listings.search.counting import Count, Counts
from listings.search.criteria import LAST_PAGE, Circle, SearchCriteria
from listings.search.index import Candidate, Index
from listings.search.shown import Shown, read_shown
from listings.search.texts import Reading, read_text
from listings.search.vocabulary import Vocabulary
from listings.values.geo import km_to_miles

__all__ = ["Asking", "Count", "Result", "ResultPage"]

# Made once: it keeps the constants of the ellipsoid, which take as long as a distance does.
_ON_THE_ELLIPSOID = geodesic()


@dataclass(frozen=True, slots=True)
class Result:
    """One listing found, with how far it is and what is known of what was asked."""

    shown: Shown
    miles: float | None
    types: list[Term]
    known: list[Term]
    not_known: list[Term]
    serves_only: list[Term]
    other_field: bool

    @property
    def listing(self) -> Listing:
        """The listing itself."""
        return self.shown.listing


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results, the total, and the counts behind every filter value."""

    results: list[Result]
    total: int
    page: int
    pages: int
    page_size: int
    counts: Counts
    reading: Reading

    @property
    def first(self) -> int:
        """Number of the first result on this page, from 1."""
        return (self.page - 1) * self.page_size + 1

    @property
    def last(self) -> int:
        """Number of the last result on this page."""
        return min(self.page * self.page_size, self.total)


@dataclass(frozen=True, slots=True)
class Asking:
    """One visitor's question put to one index at one instant, with all that follows from it."""

    index: Index
    words: Vocabulary
    at: dt.datetime
    _read: dict[str, Reading] = field(default_factory=dict, repr=False, compare=False)

    def reading(self, text: str) -> Reading:
        """What a text means; read once, because looking for misspelt words is dear."""
        if text not in self._read:
            self._read[text] = read_text(text, self.index, self.words)
        return self._read[text]

    def page(self, criteria: SearchCriteria) -> ResultPage:
        """Answer with one page; a page past the end becomes the last one."""
        reading = self.reading(criteria.text)
        answer = self.index.answer(criteria, self.words.bits, self.at, reading.units)
        size = criteria.page_size
        pages = max(1, min(LAST_PAGE, -(-answer.total // size)))
        page = max(1, min(criteria.page, pages))
        found = answer.found
        if page != criteria.page:
            there = replace(criteria, page=page)
            found = self.index.answer(there, self.words.bits, self.at, reading.units).found
        return ResultPage(
            results=_results(found, criteria, reading, self),
            total=answer.total,
            page=page,
            pages=pages,
            page_size=size,
            counts=answer.counts,
            reading=reading,
        )

    def total(self, criteria: SearchCriteria) -> int:
        """How many there are, without a page."""
        units = self.reading(criteria.text).units
        return self.index.total(criteria, self.words.bits, self.at, units)

    def older(self, criteria: SearchCriteria, total: int) -> int:
        """How many more there would be with listings that nobody has confirmed for a year."""
        return 0 if criteria.older else self.total(replace(criteria, older=True)) - total


def is_of_another_field(yes: int, words: Vocabulary) -> bool:
    """Whether it is a mental-health service that offers family education and no known treatment.

    Its source does not say that the families it helps are those of people with an addiction.
    """
    types = [term.code for term in words.by_facet["type"].terms if yes >> term.bit & 1]
    mental = words.by_code.get("mental-health-services")
    return types == ["family-support"] and mental is not None and bool(yes >> mental.bit & 1)


def _results(
    found: Sequence[Candidate], criteria: SearchCriteria, reading: Reading, asking: Asking
) -> list[Result]:
    shown = read_shown([one.pk for one in found], asking.at)
    return [
        _result(one, shown[one.pk], criteria, reading, asking.words)
        for one in found
        if one.pk in shown
    ]


def _result(
    one: Candidate,
    shown: Shown,
    criteria: SearchCriteria,
    reading: Reading,
    words: Vocabulary,
) -> Result:
    listing = shown.listing
    yes, no, only = (
        int.from_bytes(bytes(bits), "little")
        for bits in (listing.yes_bits, listing.no_bits, listing.only_bits)
    )
    asked = [words.by_code[code] for codes in criteria.chosen.values() for code in codes]
    asked += [words.by_code[code] for code in criteria.programmes]
    meant = {code for unit in reading.units for code in unit.codes}
    searched = [words.by_code[code] for code in words.by_code if code in meant]
    known = [term for term in dict.fromkeys([*asked, *searched]) if yes >> term.bit & 1]
    open_facets = {term.facet for term in known}
    return Result(
        shown=shown,
        miles=_shown_miles(one, listing, criteria),
        types=[term for term in words.by_facet["type"].terms if yes >> term.bit & 1],
        known=known,
        not_known=[
            term
            for term in asked
            if term.facet not in open_facets and not (yes | no) >> term.bit & 1
        ],
        serves_only=words.of_bits(only),
        other_field=is_of_another_field(yes, words),
    )


def _shown_miles(one: Candidate, listing: Listing, criteria: SearchCriteria) -> float | None:
    """Miles on the ellipsoid for people to read; order and radius use the great circle."""
    if one.miles is None or not isinstance(criteria.scope, Circle) or listing.point is None:
        return None
    centre = criteria.scope.centre
    here = (listing.point.latitude, listing.point.longitude)
    kilometres = _ON_THE_ELLIPSOID.measure((centre.latitude, centre.longitude), here)
    return km_to_miles(float(kilometres))
