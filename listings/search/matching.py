"""The meaning of a search, on one listing's packed row: what matches, in which order, and why.

Plain functions over whole numbers used as sets of bits; the database and the page stand elsewhere.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from listings.search.criteria import NEEDS_KNOWN_YES, SearchCriteria

PROGRAMME = "programme"
NO = 0
NOT_KNOWN = 1
YES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """What search knows of one listing. ``miles`` is None without a place or for online groups."""

    pk: int
    public_id: uuid.UUID
    miles: float | None
    unverified: bool
    name: str
    checked_on: dt.date | None
    yes: int
    no: int
    dedicated: int
    only: int


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """The ticked values of one facet, as bits, and whether not known counts."""

    facet: str
    bits: int
    needs_known_yes: bool

    def answer(self, row: Row) -> int:
        """YES where a ticked value is a known yes; NOT_KNOWN where one may be; else NO."""
        if row.yes & self.bits:
            return YES
        if not self.needs_known_yes and self.bits & ~row.no:
            return NOT_KNOWN
        return NO


@dataclass(frozen=True, slots=True)
class Programmes:
    """The populations for which a programme of its own is asked for."""

    bits: int

    @property
    def facet(self) -> str:
        """The name under which these choices are counted."""
        return PROGRAMME

    def answer(self, row: Row) -> int:
        """YES where one is known; a programme that nobody named does not count."""
        return YES if row.dedicated & self.bits else NO


Choice = FacetChoice | Programmes


def choices(criteria: SearchCriteria, bits: Mapping[str, int]) -> tuple[Choice, ...]:
    """The criteria as choices over bits; ``bits`` gives each term code its bit number."""
    found: list[Choice] = []
    for facet, codes in criteria.chosen.items():
        if codes:
            strict = facet in NEEDS_KNOWN_YES or facet in criteria.known_only
            found.append(FacetChoice(facet, mask(bits[code] for code in codes), strict))
    if criteria.programmes:
        found.append(Programmes(mask(bits[code] for code in criteria.programmes)))
    return tuple(found)


def mask(numbers: Iterable[int]) -> int:
    """Bit numbers as one whole number."""
    word = 0
    for number in numbers:
        word |= 1 << number
    return word


def tie_break(public_id: uuid.UUID) -> bytes:
    """A stable order among equals that no provider can choose."""
    return hashlib.blake2b(public_id.bytes, digest_size=8).digest()


SortKey = tuple[bool | int | float | str | bytes, ...]


def sort_key(row: Row, known: bool, sort: str) -> SortKey:
    """The order of results, whole: no other thing about a listing moves it.

    "best": verified before unverified; all choices a known yes before some not known; nearer first
    (no distance last); the latest check first; then the stable hash. "distance", "checked" and
    "name" put that one thing first and the rest after it.
    """
    far = row.miles if row.miles is not None else float("inf")
    age = -(row.checked_on.toordinal() if row.checked_on else 0)
    best: SortKey = (row.unverified, not known, far, age, tie_break(row.public_id))
    match sort:
        case "distance":
            return (far, *best)
        case "checked":
            return (age, *best)
        case "name":
            return (row.name.casefold(), *best)
        case _:
            return best
