"""The meetings of a segment as weeks: what stays the same from one minute to the next."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import NONE, Words
from listings.search.columns import Columns, lines_of
from listings.values.week import Minutes, day_part

Meetings = NDArray[np.intp]
"""Numbers of meetings."""
_SETS_KEPT = 64


class OfZone(NamedTuple):
    """The meetings of one time zone: their numbers, starts in the local week, and lengths."""

    zone: str
    numbers: Meetings
    starts: Minutes
    lengths: Minutes


class WeeklyMeetings:
    """Meetings by zone, by weekday and by part of the day."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.day_part = day_part(columns.meeting_start)
        self.dated = np.flatnonzero((columns.meeting_from != 0) | (columns.meeting_to != 0))
        self.of_zones = [
            OfZone(zone, some, columns.meeting_start[some], columns.meeting_minutes[some])
            for zone, some in zip(lines_of(columns.zones), self._numbers(), strict=True)
            if len(some)
        ]
        self.weekly = lru_cache(_SETS_KEPT)(self._weekly)

    def _numbers(self) -> list[Meetings]:
        """The numbers of the meetings of each zone."""
        zones = len(lines_of(self.columns.zones))
        order = np.argsort(self.columns.meeting_zone, kind="stable")
        bounds = np.searchsorted(self.columns.meeting_zone[order], np.arange(1, max(zones, 1)))
        return np.split(order, bounds)[:zones]

    def _weekly(self, numbers: tuple[int, ...]) -> Words:
        """Rows with a meeting every week in one of these weekdays and parts (values.week)."""
        found = np.full(self.columns.blocks, NONE)
        for number in numbers:
            found |= self.columns.day_parts[:, number]
        return found
