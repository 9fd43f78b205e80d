"""The counts behind every filter value, each facet with its own choice left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.asking import Asked, Terms
from listings.search.bitmaps import Masks, Words, size, take, tally
from listings.search.columns import FACT_BITS
from listings.search.criteria import DAY, MEETS, OPEN, OPENING, PART, PROGRAMME, TIMES
from listings.search.segment import Survey

Numbers = NDArray[np.int64]


class Count(NamedTuple):
    """Behind one filter value: how many are a known yes, and how many more are not known."""

    yes: int = 0
    not_known: int = 0


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
    """The terms as arrays, in their own order; ``bits_of`` by facet."""

    codes: tuple[str, ...]
    bits: NDArray[np.intp]
    facets: tuple[str, ...]
    facet: NDArray[np.intp]
    bits_of: Mapping[str, NDArray[np.intp]]

    @classmethod
    def of(cls, terms: Terms) -> "Laid":
        """Lay them out."""
        bits = np.array([bit for _, bit in terms.values()], dtype=np.intp)
        facets = tuple(dict.fromkeys(facet for facet, _ in terms.values()))
        facet = np.array([facets.index(one) for one, _ in terms.values()], dtype=np.intp)
        bits_of = {name: bits[facet == number] for number, name in enumerate(facets)}
        return cls(tuple(terms), bits, facets, facet, bits_of)


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
    chosen = [facet for facet in left_out if facet in laid.bits_of]
    yes, no, own = (np.zeros(FACT_BITS, dtype=np.int64) for _ in range(3))
    for survey in surveys:
        masks = [(laid.bits_of[facet], survey.without[facet]) for facet in chosen]
        columns = survey.table.columns
        yes += tally(columns.yes[:, :FACT_BITS], survey.match, survey.blocks, masks)
        _add_sparse(no, columns.no, columns.no_bits, survey.match, survey, masks)
        programmes = survey.without.get(PROGRAMME, survey.match)
        _add_sparse(own, columns.dedicated, columns.dedicated_bits, programmes, survey, ())
    everyone = np.array([left_out.get(facet, total) for facet in laid.facets], dtype=np.int64)
    known = yes[laid.bits]
    silent = everyone[laid.facet] - known - no[laid.bits]
    facts = dict(zip(laid.codes, map(Count, known.tolist(), silent.tolist()), strict=True))
    made_for = {
        laid.codes[number]: Count(int(own[laid.bits[number]]))
        for number in np.flatnonzero(own[laid.bits]).tolist()
    }
    return Counts(facts, made_for, _times(surveys, asked), left_out)


def _add_sparse(
    totals: Numbers,
    columns: Words,
    bits: NDArray[np.int16],
    mask: Words,
    survey: Survey,
    masks: Masks,
) -> None:
    """Add the counts of columns that stand for these bits only."""
    if not len(bits):
        return
    at = np.full(FACT_BITS, -1, dtype=np.intp)
    at[bits] = np.arange(len(bits))
    here = [(at[some][at[some] >= 0], other) for some, other in masks]
    totals[bits] += tally(columns, mask, survey.blocks, [one for one in here if len(one[0])])


def _times(surveys: Sequence[Survey], asked: Asked) -> dict[tuple[str, str], Count]:
    sums: dict[tuple[str, str], Count] = {}
    for survey in surveys:
        for key, count in _times_of(survey, asked).items():
            before = sums.get(key, Count())
            sums[key] = Count(before.yes + count.yes, before.not_known + count.not_known)
    return sums


def _times_of(survey: Survey, asked: Asked) -> dict[tuple[str, str], Count]:
    moment, blocks = survey.moment, survey.blocks
    counts: dict[tuple[str, str], Count] = {}
    mask = survey.without.get(OPEN, survey.match)
    opened, closed = (take(words, blocks) for words in moment.hours)
    yes = size(mask & opened)
    counts[OPEN, "now"] = Count(yes, size(mask) - yes - size(mask & closed))
    mask = survey.without.get(OPENING, survey.match)
    states = {state: size(mask & take(words, blocks)) for state, words in moment.openings.items()}
    silent = size(mask) - sum(states.values())
    counts |= {(OPENING, state): Count(number, silent) for state, number in states.items()}
    if not len(survey.table.columns.meeting_row):
        return counts
    mask = survey.without.get(MEETS, survey.match)
    days, parts = asked.times.get(DAY, ()), asked.times.get(PART, ())
    for day in TIMES[DAY]:
        counts[DAY, day] = Count(size(mask & take(moment.meeting((day,), parts), blocks)))
    for part in TIMES[PART]:
        counts[PART, part] = Count(size(mask & take(moment.meeting(days, (part,)), blocks)))
    return counts
