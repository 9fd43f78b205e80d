"""Opening hours as minutes of a local week: the same in every week, for the search."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from listings.values.opening_rules import OPEN, UNKNOWN, read_rules
from listings.values.week import WEEK_MINUTES

Intervals = tuple[tuple[int, int], ...]

# Any week would do that begins on a Monday.
_REFERENCE = dt.datetime(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When something is open, and when nobody can say, in any week without a public holiday.

    The intervals are disjoint and in order, each from a minute of the local week (Monday 00:00
    is 0) up to, not with, another; one that goes over the end of the week is cut in two.
    ``dated`` says that weeks differ, by months or sunsets or an "every first Friday": then the
    whole week is unknown, and ``listings.values.hours.hours_at`` knows more.
    """

    open: Intervals
    unknown: Intervals
    dated: bool


@lru_cache(maxsize=16_384)
def weekly_hours(text: str) -> WeeklyHours:
    """The week of opening hours in OpenStreetMap's syntax; unknown where they cannot be read.

    Public holidays are left out: they belong to a date and a country.
    """
    rules = read_rules(text)
    if rules.dated:
        return WeeklyHours(open=(), unknown=((0, WEEK_MINUTES),), dated=True)
    states = rules.states(_REFERENCE, WEEK_MINUTES)
    return WeeklyHours(_runs(states == OPEN), _runs(states == UNKNOWN), dated=False)


def _runs(holds: NDArray[np.bool_]) -> Intervals:
    """The half-open intervals of indices at which an array is true."""
    bounds = np.flatnonzero(np.diff(holds.astype(np.int8), prepend=0, append=0))
    return tuple(zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True))
