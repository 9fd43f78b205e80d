"""Milliseconds of each contender for each case, taken in turns so that noise hits all alike."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from listings.search.criteria import SearchCriteria
from tests.benchmarks.search_parts.cases import Case
from tests.benchmarks.search_parts.contenders import Contender, Ours, Outcome

ROUNDS = 60
SECONDS = 4.0
"""After so many seconds of one case a contender has had its turns; each has at least one."""
MORE_DIGITS = 3


class Timing(NamedTuple):
    """Percentiles in milliseconds, and of how many answers."""

    p50: float
    p95: float
    p99: float
    answers: int

    @classmethod
    def of(cls, times: Sequence[float]) -> "Timing":
        """The percentiles of these milliseconds."""
        cuts = [round(float(cut), MORE_DIGITS) for cut in np.percentile(times, (50, 95, 99))]
        return cls(*cuts, len(times))


@contextmanager
def quiet_memory() -> Iterator[None]:
    """Keep the made-up rows out of the garbage collector's rounds; the site has no such rows."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def measure(
    case: Case, contenders: Sequence[Contender], rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, list[float]]:
    """Milliseconds of every answer, by contender.

    The first round warms up; it counts only for those who have time for no other.
    """
    first: dict[str, list[float]] = {}
    taken: dict[str, list[float]] = {one.name: [] for one in contenders}
    for number in range(rounds + 1):
        # Who comes after whom changes, as the one before leaves the caches to the next.
        for one in contenders if number % 2 else reversed(contenders):
            spent = sum(first.get(one.name, [])) + sum(taken[one.name])
            if number and spent > seconds * 1000:
                continue
            times = [_milliseconds(one, criteria) for criteria in case.criteria]
            if number:
                taken[one.name] += times
            else:
                first[one.name] = times
    return {name: times or first[name] for name, times in taken.items()}


def _milliseconds(contender: Contender, criteria: SearchCriteria) -> float:
    started = time.perf_counter()
    contender.answer(criteria)
    return (time.perf_counter() - started) * 1000


def disagreements(case: Case, contenders: Sequence[Contender]) -> list[str]:
    """Sentences about totals and counts in which the contenders differ from the first of them.

    The pages are not compared: the others order by distance alone. Nor are words, which each
    contender understands in its own way.
    """
    if case.has_text:
        return []
    said = []
    for number, criteria in enumerate(case.criteria, 1):
        outcomes = [(one.name, _outcome(one, criteria)) for one in contenders]
        first = outcomes[0][1]
        said += [
            f"{case.label}, search {number}: {name} finds {other.total}, not {first.total}, "
            "or counts differently"
            for name, other in outcomes[1:]
            if not _agree(first, other)
        ]
    return said


def _outcome(contender: Contender, criteria: SearchCriteria) -> Outcome:
    answer = contender.answer(criteria)
    return contender.outcome(answer) if isinstance(contender, Ours) else answer


def _agree(one: Outcome, other: Outcome) -> bool:
    same_counts = np.array_equal(one.yes, other.yes) and np.array_equal(one.no, other.no)
    return one.total == other.total and same_counts


def percentile_of_all(times: Sequence[Sequence[float]], percent: float) -> float:
    """A percentile over several cases, each with the same weight however often it was asked."""
    grid = np.linspace(0, 100, 1001)
    pooled = np.concatenate([np.percentile(one, grid) for one in times])
    return round(float(np.percentile(pooled, percent)), MORE_DIGITS)
