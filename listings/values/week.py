"""The local week: which minute it is in a time zone, and what begins when.

A weekly time is a minute of the local week, 0 (Monday 00:00) to 10,079 (Sunday 23:59). A wall
clock is not a stop-watch: where the clocks change, an hour is skipped or comes twice. A start in
the skipped hour takes place by the old clock (02:30 is then shown as 03:30), one in the repeated
hour the first time: as zoneinfo has it with fold=0 (PEP 495). All times are whole minutes; the
seconds of "now" are cut off.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

DAY_MINUTES = 1_440
WEEK_MINUTES = 10_080

LENGTH_NOT_KNOWN = 60
"""Minutes after its start at which a meeting of unknown length counts as over.

The usual length, and what the meeting finder of Code for Recovery (tsml-ui) assumes.
"""

_DAY_BEGINS, _NOON, _EVENING_BEGINS, _NIGHT_BEGINS = 4 * 60, 12 * 60, 17 * 60, 21 * 60

# Nothing lasts longer than a day, and no clock was ever moved by more than one (Samoa, 2011).
_DAYS_BACK, _DAYS_AHEAD = 3, 9

Minutes = NDArray[np.int32]


class DayPart(IntEnum):
    """A part of the day, by the start; the night after midnight is still the night before."""

    MORNING = 0
    AFTERNOON = 1
    EVENING = 2
    NIGHT = 3


@dataclass(frozen=True, slots=True)
class ZoneWeek:
    """What a zone's clocks show now, and when they change, from three days ago to nine ahead.

    ``at`` is the instant, a whole minute, by the zone's clock; ``minute`` its minute of the local
    week. ``changes`` holds, in order, the real minutes from now to a change (0 or less: it has
    been) and the minutes by which the clocks go forward there (less than 0: back).
    """

    at: dt.datetime
    minute: int
    changes: tuple[tuple[int, int], ...] = ()

    @property
    def date(self) -> dt.date:
        """Today by the zone's calendar."""
        return self.at.date()

    def after(self, minutes: int) -> dt.datetime:
        """The instant in so many real minutes, by the zone's clock."""
        later = self.at.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
        return later.astimezone(self.at.tzinfo)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA time zone of a name, None for "" and for a name that is no zone."""
    try:
        return ZoneInfo(name) if name else None
    # ValueError: no name at all ("../x"); OSError: a folder of zones ("America"), or too long.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_week(zone: str, at: dt.datetime) -> ZoneWeek | None:
    """What the clocks of a zone show at an instant; None for a zone that is not known.

    Raises ValueError for an instant without a time zone.
    """
    info = zone_named(zone)
    return week_in(info, at) if info else None


def week_in(zone: ZoneInfo, at: dt.datetime) -> ZoneWeek:
    """What the clocks of a zone show at an instant.

    Raises ValueError for an instant without a time zone.
    """
    if at.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    now = at.astimezone(dt.UTC).replace(second=0, microsecond=0)
    local = now.astimezone(zone)
    minute = minute_of_week(local.isoweekday(), local.time())
    return ZoneWeek(local, minute, _changes(zone, now))


def minute_of_week(weekday: int, time: dt.time) -> int:
    """The minute of the week of an ISO weekday, 1 (Monday) to 7 (Sunday), and a time of day."""
    return (weekday - 1) * DAY_MINUTES + time.hour * 60 + time.minute


def _changes(info: ZoneInfo, now: dt.datetime) -> tuple[tuple[int, int], ...]:
    days = range(-_DAYS_BACK * DAY_MINUTES, _DAYS_AHEAD * DAY_MINUTES + 1, DAY_MINUTES)
    offsets = [(minutes, _offset(info, now, minutes)) for minutes in days]
    return tuple(
        (_first_minute(info, now, before, after), offset - old)
        for (before, old), (after, offset) in pairwise(offsets)
        if old != offset
    )


def _first_minute(info: ZoneInfo, now: dt.datetime, before: int, after: int) -> int:
    """The first minute at which the offset is no longer that of ``before``, by halving."""
    old = _offset(info, now, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(info, now, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(info: ZoneInfo, now: dt.datetime, minutes: int) -> int:
    """Minutes east of UTC, so many real minutes from now."""
    offset = (now + dt.timedelta(minutes=minutes)).astimezone(info).utcoffset() or dt.timedelta()
    return offset // dt.timedelta(minutes=1)


def next_starts(start: Minutes, duration: Minutes, zone: ZoneWeek) -> Minutes:
    """Real minutes from now to the start of what is on (0 or less), else to the next start.

    ``start`` (int32) holds minutes of the local week, ``duration`` (int32) real minutes up to a
    day, 0 where nobody said: then it counts as ``LENGTH_NOT_KNOWN``. The last minute of a meeting
    is the one before its end.
    """
    real, over = _occurrences(start, duration, zone)
    real[over] = np.iinfo(np.int32).max
    soonest: Minutes = real.min(axis=0)
    return soonest


def minutes_until(start: Minutes, duration: Minutes, zone: ZoneWeek) -> Minutes:
    """Real minutes (int32) from now to the next start, 0 while one is on; see next_starts."""
    return np.maximum(next_starts(start, duration, zone), 0)


def start_days(real: Minutes, zone: ZoneWeek) -> Minutes:
    """The local dates, as ordinals, of starts in so many real minutes from now (int32)."""
    days = (_shown(real, zone) + zone.minute % DAY_MINUTES) // DAY_MINUTES
    return np.asarray(days + zone.date.toordinal(), np.int32)


def is_today(start: Minutes, duration: Minutes, zone: ZoneWeek) -> NDArray[np.bool_]:
    """Whether one begins on today's local date and is not over (see next_starts)."""
    midnight = -(zone.minute % DAY_MINUTES)
    return _begins_between(start, duration, zone, midnight, midnight + DAY_MINUTES)


def is_tonight(start: Minutes, duration: Minutes, zone: ZoneWeek) -> NDArray[np.bool_]:
    """Whether one begins between 17:00 and 04:00 and is not over (see next_starts).

    Until 04:00 last night is still tonight, afterwards it is the night to come.
    """
    day_began = -((zone.minute - _DAY_BEGINS) % DAY_MINUTES) - _DAY_BEGINS
    return _begins_between(
        start,
        duration,
        zone,
        day_began + _EVENING_BEGINS,
        day_began + DAY_MINUTES + _DAY_BEGINS,
    )


def day_part(start: Minutes) -> NDArray[np.uint8]:
    """Weekday (0 Monday to 6 Sunday) * 4 + DayPart of minutes of the local week (int32).

    Morning is 04:00 to 12:00, afternoon to 17:00, evening to 21:00, night to 04:00. These are the
    outer bounds of the 12-step meeting list's four times of day, without its overlaps, so that
    one start has one part. That list leaves a start at 01:00 on Wednesday to Wednesday; people
    who look for something on Tuesday night mean that one, so here it belongs to Tuesday.
    """
    since_day_began = (start - _DAY_BEGINS) % WEEK_MINUTES
    day, minute = np.divmod(since_day_began, DAY_MINUTES)
    begins = [_NOON - _DAY_BEGINS, _EVENING_BEGINS - _DAY_BEGINS, _NIGHT_BEGINS - _DAY_BEGINS]
    part = np.searchsorted(begins, minute, side="right")
    return (day * len(DayPart) + part).astype(np.uint8)


def _begins_between(
    start: Minutes, duration: Minutes, zone: ZoneWeek, earliest: int, latest: int
) -> NDArray[np.bool_]:
    """Both bounds in minutes on the local clock from what it shows now."""
    real, over = _occurrences(start, duration, zone)
    shown = _shown(real, zone)
    within = (earliest <= shown) & (shown < latest) & ~over
    found: NDArray[np.bool_] = np.any(within, axis=0)
    return found


def _occurrences(
    start: Minutes, duration: Minutes, zone: ZoneWeek
) -> tuple[Minutes, NDArray[np.bool_]]:
    """Of each start the one before, the coming one and the one after it: two arrays (3, n).

    Real minutes from now, and whether that one is over. The one before may still be on, or
    put off by a skipped hour; the coming one may have been, in a repeated hour.
    """
    weeks = np.array([[-WEEK_MINUTES], [0], [WEEK_MINUTES]], np.int32)
    real = _real((start - zone.minute) % WEEK_MINUTES + weeks, zone)
    length = np.where(duration > 0, duration, LENGTH_NOT_KNOWN)
    return real, real + length <= 0


def _real(shown: Minutes, zone: ZoneWeek) -> Minutes:
    """Real minutes from now at which the clock shows these minutes from what it shows now."""
    ahead = _ahead_at_first(zone)
    moved = np.full_like(shown, ahead)
    for real, change in zone.changes:
        moved[shown >= real + ahead + max(change, 0)] += change
        ahead += change
    return shown - moved


def _shown(real: Minutes, zone: ZoneWeek) -> Minutes:
    """What the clock shows in so many real minutes, in minutes from what it shows now."""
    moved = np.full_like(real, _ahead_at_first(zone))
    for minutes, change in zone.changes:
        moved[real >= minutes] += change
    return real + moved


def _ahead_at_first(zone: ZoneWeek) -> int:
    """By how much the clock was ahead of today's before the first change that is known."""
    return -sum(change for real, change in zone.changes if real <= 0)
