"""What is asked of the catalogue, cleaned and complete; pure values, no request and no ORM."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from listings.values.geo import Point

PAGE_SIZE = 20
LAST_PAGE = 20
DISTANCES_MILES = (5, 10, 25, 50, 100, 200)
DEFAULT_MILES = 25.0
MOST_MILES = 500.0


@dataclass(frozen=True, slots=True)
class Circle:
    """All within ``miles`` (great-circle) of a point."""

    centre: Point
    miles: float


@dataclass(frozen=True, slots=True)
class Area:
    """All with an address in a country (ISO 3166, two letters) or in one of its regions."""

    country: str
    region: str = ""


Scope = Circle | Area | None


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """One search.

    ``chosen`` holds, by facet, the term codes ticked: OR inside a facet, AND across facets.
    A service type needs a known yes. In any other facet a listing for which the choice is not
    known counts as well, unless the facet stands in ``known_only``. ``programmes`` are population
    terms for which a programme of its own must be known (to accept people is not enough).
    ``times`` holds the choices that change with the clock (search.asking.TIMES): opening hours
    and openings may be not known; a meeting must be known. ``text`` is a free search for words.
    ``here`` is the country and region of the place searched: online groups that serve one area
    are shown there only. ``older`` lets in listings that nobody has confirmed for a year.
    """

    scope: Scope = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known_only: frozenset[str] = frozenset()
    programmes: tuple[str, ...] = ()
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    here: Area | None = None
    older: bool = False
    sort: str = "best"
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def online(self) -> bool:
        """Whether attending online was asked for, so that distance does not bind such listings."""
        return bool({"online", "hybrid"} & set(self.chosen.get("attendance", ())))


NEEDS_KNOWN_YES = frozenset({"type"})
"""Facets in which not known never counts as a match."""

PROGRAMME = "programme"
OPEN, OPENING, DAY, PART, MEETS = "open", "opening", "day", "part", "meets"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_PARTS = ("morning", "afternoon", "evening", "night")
TIMES: Mapping[str, tuple[str, ...]] = {
    OPEN: ("now",),
    OPENING: ("open", "waiting-list", "full"),
    DAY: ("today", "tonight", *WEEKDAYS),
    PART: DAY_PARTS,
}
"""Questions whose answers change with the clock, and their values.

DAY and PART are asked together, of one meeting (MEETS): Tuesday and evening is Tuesday evening.
"""
MAY_BE_NOT_KNOWN = (OPEN, OPENING)
"""Of these, those for which not known counts as a match; a meeting must be known."""
