"""The next time a weekly meeting starts, in its own zone, over changes of the clocks too."""

import datetime as dt

import pytest

from listings.models import Meeting
from listings.views.meeting_times import next_meetings

NEW_YORK = "America/New_York"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("weekday", "start", "zone", "now", "expected"),
    [
        # Sunday 22 November 2026, 17:00 UTC is noon in New York.
        (7, "18:30", NEW_YORK, "2026-11-22 17:00", "2026-11-22T18:30:00-05:00"),
        (7, "11:30", NEW_YORK, "2026-11-22 17:00", "2026-11-22T11:30:00-05:00"),  # still on
        (7, "10:00", NEW_YORK, "2026-11-22 17:00", "2026-11-29T10:00:00-05:00"),
        (1, "09:00", NEW_YORK, "2026-11-22 17:00", "2026-11-23T09:00:00-05:00"),
        (6, "09:00", NEW_YORK, "2026-11-22 17:00", "2026-11-28T09:00:00-05:00"),
        # Already Monday in Auckland.
        (1, "19:00", "Pacific/Auckland", "2026-11-22 17:00", "2026-11-23T19:00:00+13:00"),
        # The clocks go back on Sunday 1 November 2026 in New York and on 25 October in London.
        (7, "12:00", NEW_YORK, "2026-10-31 20:00", "2026-11-01T12:00:00-05:00"),
        (7, "12:00", "Europe/London", "2026-10-24 20:00", "2026-10-25T12:00:00+00:00"),
        (7, "12:00", "Australia/Sydney", "2026-10-03 12:00", "2026-10-04T12:00:00+11:00"),
        # Still on after midnight, and over on the minute.
        (7, "23:30", NEW_YORK, "2026-11-23 05:10", "2026-11-22T23:30:00-05:00"),
        (7, "11:00", NEW_YORK, "2026-11-22 17:00", "2026-11-29T11:00:00-05:00"),
        # 02:30 is skipped on 8 March 2026 in New York.
        (7, "02:30", NEW_YORK, "2026-03-08 06:00", "2026-03-08T03:30:00-04:00"),
    ],
)
def test_next(weekday: int, start: str, zone: str, now: str, expected: str) -> None:
    meeting = Meeting(
        weekday=weekday, start=dt.time.fromisoformat(start), timezone=zone, duration_minutes=60
    )
    found = next_meetings([meeting], utc(now))
    assert [one.starts.isoformat() for one in found if one.starts] == [expected]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(59, "2026-11-22"), (60, "2026-11-29"), (0, "2026-11-22")]
)
def test_a_meeting_of_unknown_length_is_over_after_an_hour(minutes: int, expected: str) -> None:
    meeting = Meeting(weekday=7, start=dt.time(12), timezone=NEW_YORK)
    now = utc("2026-11-22 17:00") + dt.timedelta(minutes=minutes)
    assert [str(one.starts.date()) for one in next_meetings([meeting], now) if one.starts] == [
        expected
    ]


@pytest.mark.parametrize(
    ("weekday", "start", "starts_on", "expected"),
    [
        (7, "18:30", "2026-11-22", "2026-11-22T18:30:00-05:00"),
        (7, "18:30", "2026-11-23", "2026-11-29T18:30:00-05:00"),
        (7, "11:30", "2026-11-23", "2026-11-29T11:30:00-05:00"),
        (5, "00:00", "2027-01-01", "2027-01-01T00:00:00-05:00"),
        # On the evening before its first day it would still have been on at midnight.
        (4, "23:30", "2027-01-01", "2027-01-07T23:30:00-05:00"),
    ],
)
def test_it_does_not_begin_before_its_first_day(
    weekday: int, start: str, starts_on: str, expected: str
) -> None:
    meeting = Meeting(
        weekday=weekday, start=dt.time.fromisoformat(start), timezone=NEW_YORK,
        duration_minutes=60, starts_on=dt.date.fromisoformat(starts_on),
    )  # fmt: skip
    found = next_meetings([meeting], utc("2026-11-22 17:00"))
    assert [one.starts.isoformat() for one in found if one.starts] == [expected]


@pytest.mark.parametrize(
    ("now", "today", "tomorrow"),
    [
        ("2026-11-22 04:59", False, True),  # Saturday 23:59
        ("2026-11-22 05:00", True, False),
        ("2026-11-23 05:10", False, False),  # began yesterday and is still on
        ("2026-11-21 04:59", False, False),
    ],
)
def test_today_and_tomorrow_are_those_of_its_zone(now: str, today: bool, tomorrow: bool) -> None:
    meeting = Meeting(weekday=7, start=dt.time(23, 30), timezone=NEW_YORK, duration_minutes=60)
    (found,) = next_meetings([meeting], utc(now))
    assert (found.today, found.tomorrow) == (today, tomorrow)


def test_the_soonest_comes_first_and_unknown_zones_last() -> None:
    noon = dt.time(12)
    meetings = [
        Meeting(weekday=1, start=noon, timezone="", name="unknown"),
        Meeting(weekday=1, start=noon, timezone="Not/AZone", name="wrong"),
        Meeting(weekday=3, start=noon, timezone=NEW_YORK, name="later"),
        Meeting(weekday=2, start=noon, timezone=NEW_YORK, name="sooner"),
        Meeting(weekday=2, start=noon, timezone=NEW_YORK, ends_on=dt.date(2026, 1, 1), name="over"),
        Meeting(weekday=2, start=noon, timezone="", ends_on=dt.date(2026, 1, 1), name="over too"),
        Meeting(
            weekday=2, start=noon, timezone=NEW_YORK, starts_on=dt.date(2027, 1, 1), name="new"
        ),
    ]
    found = next_meetings(meetings, utc("2026-11-22 17:00"))
    names = [one.meeting.name for one in found]
    assert names == ["sooner", "later", "new", "unknown", "wrong"]
    assert [one.zone_city for one in found[:1]] == ["New York"]
