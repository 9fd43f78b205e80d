"""Minutes of the local week against zoneinfo's calendar, over real changes of the clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.values.week import (
    DAY_MINUTES,
    LENGTH_NOT_KNOWN,
    WEEK_MINUTES,
    DayPart,
    ZoneWeek,
    day_part,
    is_today,
    is_tonight,
    minute_of_week,
    minutes_until,
    next_starts,
    zone_named,
    zone_week,
)

NEW_YORK, LONDON, LORD_HOWE = "America/New_York", "Europe/London", "Australia/Lord_Howe"
APIA, KIRITIMATI, KOLKATA = "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kolkata"
DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]

# When the clocks were or will be changed, in UTC.
CHANGES = {
    NEW_YORK: ["2026-03-08 07:00", "2026-11-01 06:00"],
    LONDON: ["2026-03-29 01:00", "2026-10-25 01:00"],
    LORD_HOWE: ["2026-04-04 15:00", "2026-10-03 15:30"],
    APIA: ["2011-12-30 10:00", "2020-09-26 14:00", "2021-04-03 14:00"],
    KIRITIMATI: ["1994-12-31 10:00", "2026-06-01 00:00"],
    "Africa/Casablanca": ["2026-02-15 02:00", "2026-03-22 02:00"],
    "Africa/Cairo": ["2026-04-23 22:00", "2026-10-29 21:00"],
    "Antarctica/Troll": ["2026-03-29 01:00", "2026-10-25 01:00"],
    KOLKATA: ["2026-06-01 00:00"],
    "America/Phoenix": ["2026-03-08 09:00"],
}


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def week(text: str) -> int:
    """The minute of the week of "We 19:30"."""
    day, time = text.split()
    return minute_of_week(DAYS.index(day) + 1, dt.time.fromisoformat(time))


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def zone_at(zone: str, at: dt.datetime) -> ZoneWeek:
    found = zone_week(zone, at)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("zone", "at", "shown", "date", "changes"),
    [
        (NEW_YORK, "2026-11-22 17:00", "Su 12:00", "2026-11-22", ()),
        (NEW_YORK, "2026-11-22 17:00:59", "Su 12:00", "2026-11-22", ()),
        (NEW_YORK, "2026-03-08 06:59", "Su 01:59", "2026-03-08", ((1, 60),)),
        (NEW_YORK, "2026-03-08 07:00", "Su 03:00", "2026-03-08", ((0, 60),)),
        (NEW_YORK, "2026-11-01 05:30", "Su 01:30", "2026-11-01", ((30, -60),)),
        (NEW_YORK, "2026-11-01 06:30", "Su 01:30", "2026-11-01", ((-30, -60),)),
        (LONDON, "2026-10-18 01:00", "Su 02:00", "2026-10-18", ((7 * 1440, -60),)),
        (LORD_HOWE, "2026-04-04 14:59", "Su 01:59", "2026-04-05", ((1, -30),)),
        (LORD_HOWE, "2026-10-03 15:30", "Su 02:30", "2026-10-04", ((0, 30),)),
        # Samoa went over the date line: no Friday, 30 December 2011.
        (APIA, "2011-12-30 09:59", "Th 23:59", "2011-12-29", ((1, 1440),)),
        (APIA, "2011-12-30 10:00", "Sa 00:00", "2011-12-31", ((0, 1440),)),
        (KIRITIMATI, "2026-11-22 17:00", "Mo 07:00", "2026-11-23", ()),
        (KOLKATA, "2026-11-22 18:29", "Su 23:59", "2026-11-22", ()),
        (KOLKATA, "2026-11-22 18:30", "Mo 00:00", "2026-11-23", ()),
    ],
)
def test_zone_week(zone, at, shown, date, changes):
    found = zone_at(zone, utc(at))
    assert found.minute == week(shown)
    assert found.date == dt.date.fromisoformat(date)
    assert found.changes == changes


def test_an_instant_may_come_in_any_time_zone():
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=ZoneInfo(NEW_YORK))
    assert zone_week(LONDON, noon) == zone_week(LONDON, utc("2026-11-22 17:00"))
    with pytest.raises(ValueError, match="needs a time zone"):
        zone_week(LONDON, dt.datetime(2026, 11, 22))


@pytest.mark.parametrize(
    "name", ["", "Not/AZone", "America", "../America/New_York", "/etc/passwd", "\0", "x" * 5_000,
             "\ud800"],
)  # fmt: skip
def test_what_is_no_zone_is_none(name):
    assert zone_named(name) is None
    assert zone_week(name, utc("2026-11-22 17:00")) is None


def test_what_comes_after_goes_by_the_changed_clock():
    here = zone_at(NEW_YORK, utc("2026-03-08 06:30:30"))
    assert here.at.isoformat() == "2026-03-08T01:30:00-05:00"
    assert here.after(29).isoformat() == "2026-03-08T01:59:00-05:00"
    assert here.after(30).isoformat() == "2026-03-08T03:00:00-04:00"
    assert here.after(-31).isoformat() == "2026-03-08T00:59:00-05:00"


@pytest.mark.parametrize(
    ("zone", "at", "start", "length", "expected"),
    [
        # Sunday noon in New York, no change near.
        (NEW_YORK, "2026-11-22 17:00", "Su 12:00", 60, 0),
        (NEW_YORK, "2026-11-22 17:00", "Su 12:01", 60, 1),
        (NEW_YORK, "2026-11-22 17:00", "Su 11:01", 60, -59),
        (NEW_YORK, "2026-11-22 17:00", "Su 11:00", 60, 7 * 1440 - 60),
        (NEW_YORK, "2026-11-22 17:00", "Mo 00:00", 60, 12 * 60),
        (NEW_YORK, "2026-11-22 17:00", "Sa 12:01", 1440, -1439),
        (NEW_YORK, "2026-11-22 17:00", "Su 11:01", 0, -59),  # length not known
        (NEW_YORK, "2026-11-22 17:00", "Su 11:00", 0, 7 * 1440 - 60),
        # Monday 00:10: what began on Sunday is still on, over the end of the week.
        (NEW_YORK, "2026-11-23 05:10", "Su 23:30", 60, -40),
        # Saturday 20:00, the clocks go forward at 02:00: Sunday noon is an hour sooner.
        (NEW_YORK, "2026-03-08 01:00", "Su 12:00", 60, 15 * 60),
        (NEW_YORK, "2026-03-08 01:00", "Su 01:59", 60, 5 * 60 + 59),
        (NEW_YORK, "2026-03-08 01:00", "Su 03:00", 60, 6 * 60),
        # 02:30 is skipped and takes place when the new clock shows 03:30.
        (NEW_YORK, "2026-03-08 01:00", "Su 02:30", 60, 6 * 60 + 30),
        (NEW_YORK, "2026-03-08 07:10", "Su 02:30", 60, 20),
        (NEW_YORK, "2026-03-08 08:29", "Su 02:30", 60, -59),
        (NEW_YORK, "2026-03-08 08:30", "Su 02:30", 60, 7 * 1440 - 120),
        # Saturday 20:00, the clocks go back at 02:00: Sunday noon is an hour later.
        (NEW_YORK, "2026-11-01 00:00", "Su 12:00", 60, 17 * 60),
        (NEW_YORK, "2026-11-01 00:00", "Su 01:30", 60, 5 * 60 + 30),
        # 01:30 comes twice; the meeting is at the first.
        (NEW_YORK, "2026-11-01 05:10", "Su 01:30", 60, 20),
        (NEW_YORK, "2026-11-01 06:10", "Su 01:30", 60, -40),
        (NEW_YORK, "2026-11-01 06:30", "Su 01:30", 60, 7 * 1440),
        (NEW_YORK, "2026-11-01 06:10", "Su 01:05", 30, 7 * 1440 - 5),
        (LONDON, "2026-03-28 20:00", "Su 12:00", 60, 15 * 60),
        (LONDON, "2026-10-24 19:00", "Su 12:00", 60, 17 * 60),
        (LONDON, "2026-03-29 00:59", "Su 01:30", 60, 31),
        # Half an hour on Lord Howe Island.
        (LORD_HOWE, "2026-10-03 13:30", "Su 12:00", 60, 11 * 60 + 30),
        (LORD_HOWE, "2026-04-04 13:00", "Su 12:00", 60, 12 * 60 + 30),
        (LORD_HOWE, "2026-10-03 15:29", "Su 02:10", 60, 11),
        (KOLKATA, "2026-11-22 18:00", "Mo 00:00", 60, 30),
        # Thursday 23:00 in Samoa before the Friday that never was.
        (APIA, "2011-12-30 09:00", "Sa 12:00", 60, 13 * 60),
        (APIA, "2011-12-30 09:00", "Fr 12:00", 60, 13 * 60),
        (APIA, "2011-12-31 04:00", "Fr 20:00", 60, 2 * 60),
        (APIA, "2012-01-01 02:00", "Fr 23:00", 1440, -17 * 60),
        (KIRITIMATI, "1994-12-31 09:00", "Su 12:00", 60, 13 * 60),
    ],
)
def test_next_start(zone, at, start, length, expected):
    here = zone_at(zone, utc(at))
    one, how_long = ints(week(start)), ints(length)
    assert next_starts(one, how_long, here).tolist() == [expected]
    assert minutes_until(one, how_long, here).tolist() == [max(expected, 0)]


# Instants near a change of the clocks more often than elsewhere.
near_a_change = st.sampled_from([(zone, at) for zone, all_of in CHANGES.items() for at in all_of])
minutes_off = st.one_of(st.integers(-180, 180), st.integers(-9 * 1440, 9 * 1440))
instants = st.builds(
    lambda one, minutes: (one[0], utc(one[1]) + dt.timedelta(minutes=minutes)),
    near_a_change,
    minutes_off,
)
starts = st.one_of(
    st.integers(0, WEEK_MINUTES - 1),
    st.sampled_from([week(f"Su 0{hour}:{minute}") for hour in range(5) for minute in (10, 50)]),
)
meetings = st.lists(st.tuples(starts, st.integers(0, DAY_MINUTES)), min_size=1, max_size=40)


def occurrences(start: int, zone: ZoneInfo, at: dt.datetime) -> list[dt.datetime]:
    """The starts in the weeks around an instant, in UTC, by the calendar."""
    today = at.astimezone(zone).date()
    days = [today + dt.timedelta(days=ahead) for ahead in range(-16, 17)]
    time = dt.time(start % DAY_MINUTES // 60, start % 60)
    return [
        dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
        for day in days
        if day.weekday() == start // DAY_MINUTES
    ]


@settings(deadline=None)
@given(instants, meetings)
def test_the_calendar_agrees(instant, drawn):
    name, at = instant
    here, zone = zone_at(name, at), ZoneInfo(name)
    columns = ints(*(start for start, _ in drawn)), ints(*(length for _, length in drawn))
    expected, today, tonight = [], [], []
    evening = dt.datetime.combine(here.date, dt.time(17))
    if here.at.hour < 4:
        evening -= dt.timedelta(days=1)
    night_ends = dt.datetime.combine(evening.date() + dt.timedelta(days=1), dt.time(4))
    for start, length in drawn:
        ends_after = dt.timedelta(minutes=length or LENGTH_NOT_KNOWN)
        going_on = [one for one in occurrences(start, zone, at) if one + ends_after > at]
        begin = [one.astimezone(zone).replace(tzinfo=None) for one in going_on]
        expected.append((going_on[0] - at) // dt.timedelta(minutes=1))
        today.append(any(one.date() == here.date for one in begin))
        tonight.append(any(evening <= one < night_ends for one in begin))
    assert next_starts(*columns, here).tolist() == expected
    assert is_today(*columns, here).tolist() == today
    assert is_tonight(*columns, here).tolist() == tonight


@settings(deadline=None)
@given(instants, starts)
def test_a_watch_agrees(instant, start):
    """Minute by minute, until the clock shows the start for the first time."""
    name, at = instant
    here = zone_at(name, at)
    until = int(next_starts(ints(start), ints(1), here)[0])
    seen = [minute for minute in range(until + 1) if shows(here.after(minute), start)]
    if seen:
        assert seen[0] == until
    else:  # the start was skipped: the clock is ahead of it by the change
        then = here.after(until)
        ahead = minute_of_week(then.isoweekday(), then.time()) - start
        assert ahead % WEEK_MINUTES in {change for _, change in here.changes}


def shows(local: dt.datetime, start: int) -> bool:
    return not local.fold and minute_of_week(local.isoweekday(), local.time()) == start


@pytest.mark.parametrize(
    ("at", "start", "length", "today", "tonight"),
    [
        # Tuesday 24 November 2026 in New York (UTC-5).
        ("2026-11-24 08:59", "Mo 23:30", 240, False, False),  # 03:59, and over at 03:30
        ("2026-11-24 08:00", "Mo 23:30", 240, False, True),  # 03:00, last night's
        ("2026-11-24 08:00", "Tu 03:30", 60, True, True),
        ("2026-11-24 08:00", "Tu 19:00", 60, True, False),
        ("2026-11-24 09:00", "Tu 03:30", 60, True, False),  # 04:00: a new day
        ("2026-11-24 09:00", "Tu 19:00", 60, True, True),
        ("2026-11-24 17:00", "Tu 11:30", 60, True, False),
        ("2026-11-24 17:00", "Tu 11:00", 60, False, False),
        ("2026-11-24 17:00", "Tu 11:01", 0, True, False),
        ("2026-11-24 17:00", "Tu 16:59", 60, True, False),
        ("2026-11-24 17:00", "Tu 17:00", 60, True, True),
        ("2026-11-24 17:00", "We 03:59", 60, False, True),
        ("2026-11-24 17:00", "We 04:00", 60, False, False),
        ("2026-11-24 23:59", "Tu 18:00", 0, True, True),  # 18:59, over at 19:00
        ("2026-11-25 00:00", "Tu 18:00", 0, False, False),
        ("2026-11-30 04:59", "Mo 00:30", 60, False, True),  # Sunday 23:59
        ("2026-11-30 05:10", "Su 23:30", 60, False, True),  # Monday 00:10
    ],
)
def test_today_and_tonight(at, start, length, today, tonight):
    here = zone_at(NEW_YORK, utc(at))
    one, how_long = ints(week(start)), ints(length)
    assert is_today(one, how_long, here).tolist() == [today]
    assert is_tonight(one, how_long, here).tolist() == [tonight]


def test_today_is_what_the_clock_shows_when_it_begins():
    """In Samoa the Saturday began as the Thursday ended; the Friday's meeting was put off."""
    here = zone_at(APIA, utc("2011-12-30 10:30"))
    columns = ints(week("Sa 00:00"), week("Fr 20:00"), week("Th 23:45")), ints(60, 60, 60)
    assert is_today(*columns, here).tolist() == [True, True, False]


def test_many_at_once():
    here = zone_at(NEW_YORK, utc("2026-03-05 12:00"))
    every_minute = np.arange(WEEK_MINUTES, dtype=np.int32)
    until = minutes_until(every_minute, np.full(WEEK_MINUTES, 1, np.int32), here)
    assert until.dtype == np.int32
    assert int(until.min()) == 0
    # A week with a short day is 60 minutes shorter; the skipped hour's starts come with the next.
    assert int(until.max()) == WEEK_MINUTES - 61
    none = ints()
    assert next_starts(none, none, here).shape == (0,)
    assert is_tonight(none, none, here).shape == (0,)


@pytest.mark.parametrize(
    ("start", "day", "part"),
    [
        ("Mo 04:00", "Mo", "MORNING"),
        ("Mo 11:59", "Mo", "MORNING"),
        ("Mo 12:00", "Mo", "AFTERNOON"),
        ("Mo 16:59", "Mo", "AFTERNOON"),
        ("Mo 17:00", "Mo", "EVENING"),
        ("Mo 20:59", "Mo", "EVENING"),
        ("Mo 21:00", "Mo", "NIGHT"),
        ("We 01:00", "Tu", "NIGHT"),
        ("Tu 03:59", "Mo", "NIGHT"),
        ("Mo 00:00", "Su", "NIGHT"),
        ("Mo 03:59", "Su", "NIGHT"),
        ("Su 23:59", "Su", "NIGHT"),
    ],
)
def test_day_part(start, day, part):
    assert day_part(ints(week(start))).tolist() == [DAYS.index(day) * 4 + DayPart[part]]


def test_each_minute_has_one_part():
    parts = day_part(np.arange(WEEK_MINUTES, dtype=np.int32))
    assert parts.dtype == np.uint8
    assert np.bincount(parts).tolist() == [8 * 60, 5 * 60, 4 * 60, 7 * 60] * 7
