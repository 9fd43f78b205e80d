"""Opening hours of many listings as minutes of the week, so that "open now" is one comparison."""

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np

from listings.search.bitmaps import Flags
from listings.values.hours import hours_at
from listings.values.week import Minutes, ZoneWeek
from listings.values.weekly_hours import weekly_hours

ZoneWeeks = Callable[[str], ZoneWeek | None]


class OpeningWeeks:
    """Patterns of hours, each a text in OpenStreetMap's syntax with a time zone.

    Holidays are not in it: they belong to a country and a date, and the page looks them up for
    the listings that it shows. Hours that differ from week to week are evaluated one by one.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        pairs = [pattern.partition("\t")[::2] for pattern in patterns]
        self.zones = sorted({zone for _, zone in pairs})
        self._count = len(pairs)
        self._zone = np.array([self.zones.index(zone) for _, zone in pairs], dtype=np.intp)
        self._known = np.array([bool(text) for text, _ in pairs], dtype=np.bool_)
        self._dated: list[tuple[int, str, str]] = []
        opened, unknown = [], []
        for number, (text, zone) in enumerate(pairs):
            week = weekly_hours(text) if text else None
            if week is None:
                continue
            if week.dated:
                self._dated.append((number, text, zone))
            opened += [(number, start, end) for start, end in week.open]
            unknown += [(number, start, end) for start, end in week.unknown]
        self._open = np.array(opened, dtype=np.int32).reshape(-1, 3)
        self._unknown = np.array(unknown, dtype=np.int32).reshape(-1, 3)

    def now(self, weeks: ZoneWeeks, at: dt.datetime) -> tuple[Flags, Flags]:
        """Which patterns are open at an instant, and which are closed; the others are not known."""
        clocks = [weeks(zone) for zone in self.zones]
        minutes = np.array([clock.minute if clock else -1 for clock in clocks], dtype=np.int32)
        local = minutes[self._zone] if self._count else np.zeros(0, dtype=np.int32)
        opened, unknown = self._holding(self._open, local), self._holding(self._unknown, local)
        unknown |= ~self._known | (local < 0)
        for number, text, zone in self._dated:
            state = hours_at(text, zone, "", at)
            opened[number] = state is not None and state.state == "open"
            unknown[number] = state is None or state.state == "unknown"
        opened &= ~unknown
        return opened, ~opened & ~unknown

    def _holding(self, intervals: Minutes, local: Minutes) -> Flags:
        found = np.zeros(self._count, dtype=np.bool_)
        pattern, start, end = intervals.T
        here = local[pattern]
        found[pattern[(start <= here) & (here < end)]] = True
        return found
