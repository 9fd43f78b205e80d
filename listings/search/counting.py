"""The counts behind every filter value, each facet with its own choice left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.asking import Asked, Terms
from listings.search.bitmaps import Masks, runs, size, tally
from listings.search.columns import FACT_BITS
from listings.search.criteria import DAY, OPEN, OPENING, PART, PROGRAMME
from listings.search.moment import CLOSED, OPENED
from listings.search.segment import Survey

Totals = NDArray[np.int64]


class Count(NamedTuple):
    """Behind one filter value: how many are a known yes, and how many more are not known."""

    yes: int = 0
    not_known: int = 0


class FactCounts(Mapping[str, Count]):
    """Counts by term code; each is made when it is asked for, as a page does for what it shows."""

    __slots__ = ("_at", "_silent", "_yes")

    def __init__(self, at: Mapping[str, int], yes: Totals, silent: Totals) -> None:
        self._at = at
        self._yes = yes.tolist()
        self._silent = silent.tolist()

    def __getitem__(self, code: str) -> Count:
        at = self._at[code]
        return Count(self._yes[at], self._silent[at])

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by term code: of facts, of programmes of their own; of times, by facet and value.

    ``left_out`` says, by facet, how many would match with that facet's choice left out.
    """

    facts: Mapping[str, Count] = field(default_factory=dict)
    programmes: Mapping[str, Count] = field(default_factory=dict)
    times: Mapping[tuple[str, str], Count] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Laid:
    """The terms as arrays, in their own order, ``at`` which each code stands.

    ``columns_of`` holds the bits of each facet, as runs.
    """

    codes: tuple[str, ...]
    at: Mapping[str, int]
    bits: NDArray[np.intp]
    facets: tuple[str, ...]
    facet: NDArray[np.intp]
    columns_of: Mapping[str, list[slice]]

    @classmethod
    def of(cls, terms: Terms) -> "Laid":
        """Lay them out."""
        bits = np.array([bit for _, bit in terms.values()], dtype=np.intp)
        facets = tuple(dict.fromkeys(facet for facet, _ in terms.values()))
        facet = np.array([facets.index(one) for one, _ in terms.values()], dtype=np.intp)
        columns_of = {
            name: runs(np.sort(bits[facet == number])) for number, name in enumerate(facets)
        }
        at = {code: number for number, code in enumerate(terms)}
        return cls(tuple(terms), at, bits, facets, facet, columns_of)


_last: list[tuple[Terms, Laid]] = []


def laid_out(terms: Terms) -> Laid:
    """The same object for the same terms: they change with the taxonomy only."""
    for known, laid in _last:
        if known is terms:
            return laid
    laid = Laid.of(terms)
    _last[:] = [(terms, laid)]
    return laid


def counts_of(surveys: Sequence[Survey], asked: Asked, terms: Terms) -> Counts:
    """Count over all segments."""
    laid = laid_out(terms)
    total = sum(survey.total for survey in surveys)
    left_out = {
        facet: sum(size(survey.without[facet]) for survey in surveys)
        for facet in surveys[0].without
    }
    yes, no, own = (np.zeros(FACT_BITS, dtype=np.int64) for _ in range(3))
    for survey in surveys:
        columns = survey.table.columns
        sums = tally(columns.counted, survey.match, survey.blocks, _masks(survey, laid))
        yes += sums[:FACT_BITS]
        no[columns.no_bits] += sums[FACT_BITS:][: len(columns.no_bits)]
        own[columns.dedicated_bits] += sums[FACT_BITS + len(columns.no_bits) :]
    everyone = np.array([left_out.get(facet, total) for facet in laid.facets], dtype=np.int64)
    known = yes[laid.bits]
    silent = everyone[laid.facet] - known - no[laid.bits]
    facts = FactCounts(laid.at, known, silent)
    made_for = {
        laid.codes[number]: Count(int(own[laid.bits[number]]))
        for number in np.flatnonzero(own[laid.bits]).tolist()
    }
    return Counts(facts, made_for, _times(surveys, asked), left_out)


def _masks(survey: Survey, laid: Laid) -> Masks:
    """The columns of the facets that something was chosen of, with that choice left out."""
    columns = survey.table.columns
    masks = []
    for facet, mask in survey.without.items():
        if facet == PROGRAMME:
            own = FACT_BITS + len(columns.no_bits)
            masks.append((slice(own, own + len(columns.dedicated_bits)), mask))
        for run in laid.columns_of.get(facet, ()):
            first, last = np.searchsorted(columns.no_bits, (run.start, run.stop))
            denied = slice(FACT_BITS + int(first), FACT_BITS + int(last))
            masks += [(run, mask), (denied, mask)]
    return masks


def _times(surveys: Sequence[Survey], asked: Asked) -> dict[tuple[str, str], Count]:
    sums: dict[tuple[str, str], Count] = {}
    for survey in surveys:
        for key, count in _times_of(survey, asked).items():
            before = sums.get(key, Count())
            sums[key] = Count(before.yes + count.yes, before.not_known + count.not_known)
    return sums


def _times_of(survey: Survey, asked: Asked) -> dict[tuple[str, str], Count]:
    held = survey.moment.tallied(asked.times.get(DAY, ()), asked.times.get(PART, ()))
    masks = [
        (held.of_choice[facet], mask)
        for facet, mask in survey.without.items()
        if facet in held.of_choice
    ]
    sums = tally(held.columns, survey.match, survey.blocks, masks)
    yes = dict(zip(held.keys, sums.tolist(), strict=True))
    silent = {OPEN: size(survey.without.get(OPEN, survey.match)) - yes[OPENED] - yes.pop(CLOSED)}
    opening = sum(number for (facet, _), number in yes.items() if facet == OPENING)
    silent[OPENING] = size(survey.without.get(OPENING, survey.match)) - opening
    return {key: Count(number, silent.get(key[0], 0)) for key, number in yes.items()}
