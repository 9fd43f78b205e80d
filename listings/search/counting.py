"""The counts behind every filter value, each facet with its own choice left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.asking import Asked, Terms
from listings.search.bitmaps import Words, size, take, tally
from listings.search.columns import FACT_BITS
from listings.search.criteria import DAY, MEETS, OPEN, OPENING, PART, PROGRAMME, TIMES
from listings.search.segment import Survey

Numbers = NDArray[np.int64]
Masks = Sequence[tuple[NDArray[np.intp], Words]]


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


def counts_of(surveys: Sequence[Survey], asked: Asked, terms: Terms) -> Counts:
    """Count over all segments."""
    total = sum(survey.total for survey in surveys)
    left_out = {
        facet: sum(size(survey.without[facet]) for survey in surveys)
        for facet in surveys[0].without
    }
    bits: dict[str, list[int]] = {}
    for facet, bit in terms.values():
        if facet in left_out:
            bits.setdefault(facet, []).append(bit)
    yes, no, own = (np.zeros(FACT_BITS, dtype=np.int64) for _ in range(3))
    for survey in surveys:
        masks = [(np.array(some), survey.without[facet]) for facet, some in bits.items()]
        columns = survey.table.columns
        yes += tally(columns.yes[:, :FACT_BITS], survey.match, survey.blocks, masks)
        _add_sparse(no, columns.no, columns.no_bits, survey.match, survey, masks)
        programmes = survey.without.get(PROGRAMME, survey.match)
        _add_sparse(own, columns.dedicated, columns.dedicated_bits, programmes, survey, ())
    known, denied, dedicated = yes.tolist(), no.tolist(), own.tolist()
    facts = {
        code: Count(known[bit], left_out.get(facet, total) - known[bit] - denied[bit])
        for code, (facet, bit) in terms.items()
    }
    made_for = {code: Count(dedicated[bit]) for code, (_, bit) in terms.items() if dedicated[bit]}
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
