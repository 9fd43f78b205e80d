"""Milliseconds of each contender for each case, taken in turns so that noise hits all alike."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

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


class Measured(NamedTuple):
    """Milliseconds of every answer by contender, and where the contenders disagree."""

    times: dict[str, list[float]]
    disagreements: list[str]


def measure(
    case: Case, contenders: Sequence[Contender], rounds: int = ROUNDS, seconds: float = SECONDS
) -> Measured:
    """Let the contenders answer in turns.

    The first round warms up and is compared; its times count only for those who have no time for
    another.
    """
    first: dict[str, list[float]] = {}
    answers: list[list[Any]] = []
    for one in contenders:
        pairs = [_timed(one, criteria) for criteria in case.criteria]
        first[one.name] = [milliseconds for milliseconds, _ in pairs]
        answers.append([answer for _, answer in pairs])
    taken: dict[str, list[float]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        # Who comes after whom changes, as the one before leaves the caches to the next.
        for one in contenders if number % 2 else reversed(contenders):
            if sum(first[one.name]) + sum(taken[one.name]) <= seconds * 1000:
                taken[one.name] += [_timed(one, criteria)[0] for criteria in case.criteria]
    times = {name: later or first[name] for name, later in taken.items()}
    return Measured(times, _disagreements(case, contenders, answers))


def _timed(contender: Contender, criteria: SearchCriteria) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = contender.answer(criteria)
    return (time.perf_counter() - started) * 1000, answer


def _outcome(contender: Contender, answer: Any) -> Outcome:
    return contender.outcome(answer) if isinstance(contender, Ours) else answer


def _disagreements(
    case: Case, contenders: Sequence[Contender], answers: Sequence[Sequence[Any]]
) -> list[str]:
    """Sentences about totals and counts in which the others differ from the first of them.

    The pages are not compared: the others order by distance alone. Nor are words, which each
    contender understands in its own way.
    """
    if case.has_text:
        return []
    ours, *others = (
        [_outcome(one, answer) for answer in its]
        for one, its in zip(contenders, answers, strict=True)
    )
    return [
        f"{case.label}, search {number}: {one.name} finds {their.total}, not {our.total},"
        " or counts differently"
        for one, theirs in zip(contenders[1:], others, strict=True)
        for number, (our, their) in enumerate(zip(ours, theirs, strict=True), 1)
        if not _agree(our, their)
    ]


def _agree(one: Outcome, other: Outcome) -> bool:
    same_counts = np.array_equal(one.yes, other.yes) and np.array_equal(one.no, other.no)
    return one.total == other.total and same_counts


def percentile_of_all(times: Sequence[Sequence[float]], percent: float) -> float:
    """A percentile over several cases, each with the same weight however often it was asked."""
    grid = np.linspace(0, 100, 1001)
    pooled = np.concatenate([np.percentile(one, grid) for one in times])
    return round(float(np.percentile(pooled, percent)), MORE_DIGITS)
