"""The next time a weekly meeting starts, in its own zone, over changes of the clocks too."""

import datetime as dt

import pytest

from listings.models import Meeting
from listings.views.meeting_times import next_meetings

NEW_YORK = "America/New_York"
NEW_YEAR = dt.date(2027, 1, 1)


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
    ],
)
def test_next(weekday: int, start: str, zone: str, now: str, expected: str) -> None:
    meeting = Meeting(
        weekday=weekday, start=dt.time.fromisoformat(start), timezone=zone, duration_minutes=60
    )
    found = next_meetings([meeting], utc(now))
    assert [one.starts.isoformat() for one in found if one.starts] == [expected]


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
