"""What changes with the clock: openings, opening hours and meetings of a segment at one instant."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.models.listing import CURRENT_DAYS
from listings.search.bitmaps import NONE, ROWS_IN_BLOCK, Flags, Words, of_rows, to_words
from listings.search.columns import OPENING_STATES, Columns
from listings.search.criteria import (
    DAY,
    DAY_PARTS,
    MEETS,
    OPEN,
    OPENING,
    PART,
    TIMES,
    WEEKDAYS,
)
from listings.search.opening_weeks import OpeningWeeks
from listings.search.weekly_meetings import Meetings, OfZone, WeeklyMeetings
from listings.values.week import (
    WEEK_MINUTES,
    ZoneWeek,
    is_today,
    is_tonight,
    next_starts,
    start_days,
    zone_week,
)

OPENED, CLOSED = (OPEN, "now"), (OPEN, "closed")
NEVER = np.int32(2**31 - 1)
# An eighth of a megabyte each for a million listings, and what one page counts two megabytes.
_MEETINGS_KEPT = 16
_TALLIED_KEPT = 4
Minutes = NDArray[np.int32]


class TimeColumns(NamedTuple):
    """Sets that are counted together: a facet and value for each of ``columns``.

    ``of_choice`` are the columns in which one choice is left out: day and part are one.
    """

    keys: tuple[tuple[str, str], ...]
    columns: Words  # (b, width)
    of_choice: Mapping[str, slice]


class Moment:
    """One segment at one instant. Each part is worked out when a search first asks for it."""

    def __init__(
        self,
        columns: Columns,
        weeks: OpeningWeeks,
        meetings: WeeklyMeetings,
        at: dt.datetime,
    ) -> None:
        self.columns = columns
        self.weeks = weeks
        self.meetings = meetings
        self.at = at
        self.zone = cache(partial(zone_week, at=at))
        self.meeting = lru_cache(_MEETINGS_KEPT)(self._meeting)
        self.tallied = lru_cache(_TALLIED_KEPT)(self._tallied)

    @cached_property
    def current(self) -> Words:
        """Rows that were confirmed within a year."""
        since = self.at.astimezone(dt.UTC).date().toordinal() - CURRENT_DAYS
        return to_words(self.columns.confirmed >= since)

    def _tallied(self, days: tuple[str, ...], parts: tuple[str, ...]) -> TimeColumns:
        """All that a page counts; each day in the parts chosen, each part on the days chosen."""
        sets = dict(zip((OPENED, CLOSED), self.hours, strict=True))
        sets |= {(OPENING, state): words for state, words in self.openings.items()}
        if len(self.columns.meeting_row):
            sets |= {(DAY, day): self.meeting((day,), parts) for day in TIMES[DAY]}
            sets |= {(PART, part): self.meeting(days, (part,)) for part in TIMES[PART]}
        opening = slice(2, 2 + len(self.openings))
        of_choice = {OPEN: slice(2), OPENING: opening, MEETS: slice(opening.stop, len(sets))}
        return TimeColumns(tuple(sets), np.stack(list(sets.values()), axis=1), of_choice)

    # -- openings ----------------------------------------------------------------------------

    @cached_property
    def _holding(self) -> Flags:
        """Of each row the newest opening that has not expired: the last one in its place."""
        columns = self.columns
        held = np.flatnonzero(columns.opening_expires > self.at.timestamp())
        rows = columns.opening_row[held]
        flags = np.zeros(len(columns.opening_row), dtype=np.bool_)
        flags[held[np.append(rows[1:] != rows[:-1], True)[: len(held)]]] = True
        return flags

    @cached_property
    def openings(self) -> dict[str, Words]:
        """Rows with an opening of each state that has not expired."""
        columns = self.columns
        rows, states = columns.opening_row[self._holding], columns.opening_state[self._holding]
        return {
            state: of_rows(rows[states == number], columns.blocks)
            for number, state in enumerate(OPENING_STATES)
        }

    def wait(self, rows: NDArray[np.intp]) -> Minutes:
        """For the order by opening: 0 open, then days of waiting, then full, then not known."""
        return self._wait[rows]

    @cached_property
    def _wait(self) -> Minutes:
        columns = self.columns
        ranks = np.full(columns.blocks * ROWS_IN_BLOCK, NEVER, dtype=np.int32)
        state, days = columns.opening_state, columns.opening_wait
        rank = np.where(days < 0, 100_000, days + 1)
        rank = np.select([state == 0, state == 1], [0, rank], 200_000)
        ranks[columns.opening_row[self._holding]] = rank[self._holding]
        return ranks

    # -- opening hours -----------------------------------------------------------------------

    @cached_property
    def hours(self) -> tuple[Words, Words]:
        """Rows that are open now by their usual week, and rows that are closed."""
        opened, closed = self.weeks.now(self.zone, self.at)
        pattern = self.columns.pattern
        if not len(opened):
            nobody = np.full(self.columns.blocks, NONE)
            return nobody, nobody
        return to_words(opened[pattern]), to_words(closed[pattern])

    # -- meetings ----------------------------------------------------------------------------

    @cached_property
    def _clocks(self) -> list[tuple[ZoneWeek, OfZone]]:
        """Meetings by what their clocks show: most of the world's zones show the same hours."""
        alike: dict[tuple[Any, ...], tuple[ZoneWeek, list[OfZone]]] = {}
        for one in self.meetings.of_zones:
            week = self.zone(one.zone)
            if week is not None:
                alike.setdefault((week.minute, week.changes), (week, []))[1].append(one)
        return [(week, _joined(several)) for week, several in alike.values()]

    @cached_property
    def _coming(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Of each meeting: minutes to its next start and that local date, and weeks to its first.

        The start is NEVER, and the date today's in UTC, where the zone is not known.
        """
        nobody = np.tile([NEVER, self.at.date().toordinal()], (len(self.columns.meeting_row), 1))
        minutes, day = self._by_zone(_next_start, nobody).astype(np.int64).T
        return minutes, day, np.maximum(self.columns.meeting_from - day + 6, 0) // 7

    @cached_property
    def _not_ended(self) -> Flags:
        """Meetings that will be held once more by their last day."""
        _minutes, day, weeks = self._coming
        last = self.columns.meeting_to
        return np.asarray((last == 0) | (last >= day + 7 * weeks))

    @cached_property
    def _takes_place(self) -> Flags:
        """Meetings that have begun to be held, or will within a week, and have not ended."""
        begun = self.columns.meeting_from <= self.at.date().toordinal() + 7
        return np.asarray(begun & self._not_ended)

    def _meeting(self, days: tuple[str, ...], parts: tuple[str, ...]) -> Words:
        """Rows with a meeting on one of the days in one of the parts of the day; () means any."""
        wanted = [DAY_PARTS.index(part) for part in parts] or list(range(len(DAY_PARTS)))
        weekdays = [WEEKDAYS.index(day) for day in days if day in WEEKDAYS]
        if not days:
            weekdays = list(range(len(WEEKDAYS)))
        numbers = [day * len(DAY_PARTS) + part for day in weekdays for part in wanted]
        found = self.meetings.weekly(tuple(numbers))
        for chosen in (self._dated_in(numbers), self._begins(days, wanted)):
            if len(chosen):
                rows = self.columns.meeting_row[chosen]
                found = found | of_rows(rows, self.columns.blocks)
        return found

    def _dated_in(self, numbers: list[int]) -> Meetings:
        """Meetings with a first or last day, which stand in no column, on these days and parts."""
        dated, part = self.meetings.dated, self.meetings.day_part
        return dated[np.isin(part[dated], numbers) & self._takes_place[dated]]

    def _begins(self, days: tuple[str, ...], parts: list[int]) -> Meetings:
        """Meetings that are today or tonight, as far as that was asked, in these parts."""
        chosen = [self._soon[day] for day in ("today", "tonight") if day in days]
        if not chosen:
            return self.meetings.dated[:0]
        soon = np.union1d(*chosen) if len(chosen) > 1 else chosen[0]
        return soon[np.isin(self.meetings.day_part[soon] % len(DAY_PARTS), parts)]

    @cached_property
    def _soon(self) -> dict[str, Meetings]:
        """Meetings that begin today, and those that begin tonight, and are not over."""
        _minutes, _day, weeks = self._coming
        held = self._takes_place & (weeks == 0)
        questions = {"today": is_today, "tonight": is_tonight}
        return {
            day: np.flatnonzero(self._by_zone(ask, self._none) & held)
            for day, ask in questions.items()
        }

    @property
    def _none(self) -> Flags:
        return np.zeros(len(self.columns.meeting_row), dtype=np.bool_)

    def _by_zone(
        self, ask: Callable[[Minutes, Minutes, ZoneWeek], NDArray[Any]], found: Any
    ) -> Any:
        """Fill in ``found``, one entry for each meeting, clock by clock."""
        for week, some in self._clocks:
            found[some.numbers] = ask(some.starts, some.lengths, week)
        return found

    @cached_property
    def _until(self) -> Minutes:
        until = np.full(self.columns.blocks * ROWS_IN_BLOCK, NEVER, dtype=np.int32)
        minutes, _day, weeks = self._coming
        held = self._takes_place & (minutes != NEVER)
        waits = np.maximum(minutes[held] + weeks[held] * WEEK_MINUTES, 0)
        np.minimum.at(until, self.columns.meeting_row[held], waits.astype(np.int32))
        return until

    def until(self, rows: NDArray[np.intp]) -> Minutes:
        """Minutes until the next meeting of each row; 0 while one is going on."""
        return self._until[rows]


def _joined(several: list[OfZone]) -> OfZone:
    if len(several) == 1:
        return several[0]
    zones, *arrays = zip(*several, strict=True)
    return OfZone(zones[0], *map(np.concatenate, arrays))


def _next_start(start: Minutes, duration: Minutes, week: ZoneWeek) -> Minutes:
    minutes = next_starts(start, duration, week)
    return np.stack([minutes, start_days(minutes, week)], axis=1)
