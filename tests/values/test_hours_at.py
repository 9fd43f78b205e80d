"""Whether something is open at an instant: in its own zone, on holidays, over changed clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.values.hours import HoursAt, hours_at
from listings.values.week import minute_of_week
from listings.values.weekly_hours import weekly_hours

NEW_YORK, LONDON = "America/New_York", "Europe/London"
WORKDAYS = "Mo-Fr 09:00-17:00; PH off"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "zone", "country", "at", "state", "until"),
    [
        # Monday 23 November 2026, noon in New York.
        (WORKDAYS, NEW_YORK, "US", "2026-11-23 17:00", "open", "2026-11-23T17:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "US", "2026-11-23 13:59:59", "closed", "2026-11-23T09:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "US", "2026-11-23 14:00", "open", "2026-11-23T17:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "US", "2026-11-23 22:00", "closed", "2026-11-24T09:00:00-05:00"),
        # The same instant elsewhere.
        (WORKDAYS, LONDON, "GB", "2026-11-23 17:00", "closed", "2026-11-24T09:00:00+00:00"),
        (WORKDAYS, "Asia/Kolkata", "IN", "2026-11-23 03:30", "open", "2026-11-23T17:00:00+05:30"),
        # Wednesday evening before Thanksgiving: the next opening is on Friday.
        (WORKDAYS, NEW_YORK, "US", "2026-11-25 23:00", "closed", "2026-11-27T09:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "us", "2026-11-26 17:00", "closed", "2026-11-27T09:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "", "2026-11-26 17:00", "open", "2026-11-26T17:00:00-05:00"),
        (WORKDAYS, NEW_YORK, "XX", "2026-11-26 17:00", "open", "2026-11-26T17:00:00-05:00"),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", NEW_YORK, "US", "2026-11-26 13:00", "closed",
         "2026-11-26T10:00:00-05:00"),
        # 24/7, and what is closed for good, never change.
        ("24/7", NEW_YORK, "US", "2026-11-23 17:00", "open", None),
        ("24/7; PH off", NEW_YORK, "US", "2026-11-23 17:00", "open", "2026-11-26T00:00:00-05:00"),
        ("off", NEW_YORK, "US", "2026-11-23 17:00", "closed", None),
        ("Jun Mo 10:00-12:00", NEW_YORK, "US", "2026-11-23 17:00", "closed", None),
        # The date counts.
        ("Apr-Oct Mo 10:00-12:00", NEW_YORK, "US", "2026-10-26 15:00", "open",
         "2026-10-26T12:00:00-04:00"),
        ("Apr-Oct Mo 10:00-12:00", NEW_YORK, "US", "2026-11-23 16:00", "closed", None),
        ("Fr[1] 10:00-12:00", NEW_YORK, "US", "2026-12-04 16:00", "open",
         "2026-12-04T12:00:00-05:00"),
        ("Fr[1] 10:00-12:00", NEW_YORK, "US", "2026-12-01 16:00", "closed",
         "2026-12-04T10:00:00-05:00"),
        ("Fr[1] 10:00-12:00", NEW_YORK, "US", "2026-12-11 16:00", "closed", None),
        ("week 1-53/2 Mo 10:00-12:00", LONDON, "GB", "2026-11-23 11:00", "closed",
         "2026-11-30T10:00:00+00:00"),
        # Over midnight.
        ("Mo-Fr 22:00-02:00", NEW_YORK, "US", "2026-11-24 04:00", "open",
         "2026-11-24T02:00:00-05:00"),
        ("Mo-Fr 22:00-02:00", NEW_YORK, "US", "2026-11-28 06:59", "open",
         "2026-11-28T02:00:00-05:00"),
        ("Su 22:00-02:00", NEW_YORK, "US", "2026-11-23 06:00", "open",
         "2026-11-23T02:00:00-05:00"),
        # The clocks go forward on 8 March 2026: 02:30 is skipped, so it opens at 03:00.
        ("Su 02:30-05:00", NEW_YORK, "US", "2026-03-08 06:30", "closed",
         "2026-03-08T03:00:00-04:00"),
        ("Sa 22:00-02:30", NEW_YORK, "US", "2026-03-08 06:30", "open",
         "2026-03-08T03:00:00-04:00"),
        ("24/7; Su 02:00-03:00 off", NEW_YORK, "US", "2026-03-08 06:30", "open",
         "2026-03-15T02:00:00-04:00"),
        # They go back on 1 November 2026: what the clock shows twice is open twice.
        ("Su 01:15-01:45", NEW_YORK, "US", "2026-11-01 05:00", "closed",
         "2026-11-01T01:15:00-04:00"),
        ("Su 01:15-01:45", NEW_YORK, "US", "2026-11-01 05:30", "open",
         "2026-11-01T01:45:00-04:00"),
        ("Su 01:15-01:45", NEW_YORK, "US", "2026-11-01 05:50", "closed",
         "2026-11-01T01:15:00-05:00"),
        ("Su 01:15-01:45", NEW_YORK, "US", "2026-11-01 06:20", "open",
         "2026-11-01T01:45:00-05:00"),
        ("Su 01:00-02:00", NEW_YORK, "US", "2026-11-01 05:30", "open",
         "2026-11-01T02:00:00-05:00"),
        ("Su 09:00-12:00", LONDON, "GB", "2026-10-24 20:00", "closed",
         "2026-10-25T09:00:00+00:00"),
        ("Su 01:45-03:00", "Australia/Lord_Howe", "AU", "2026-04-04 14:59", "open",
         "2026-04-05T01:30:00+10:30"),
        ("Su 02:15-05:00", "Australia/Lord_Howe", "AU", "2026-10-03 15:29", "closed",
         "2026-10-04T02:30:00+11:00"),
        # Thursday evening in Samoa, where no Friday followed.
        ("Fr 00:00-24:00", "Pacific/Apia", "WS", "2011-12-30 09:00", "closed",
         "2012-01-06T00:00:00+14:00"),
        # Not known.
        ('"by appointment"', NEW_YORK, "US", "2026-11-23 17:00", "unknown", None),
        ('Mo 09:00-17:00 || "call"', NEW_YORK, "US", "2026-11-23 23:00", "unknown",
         "2026-11-30T09:00:00-05:00"),
        ("Mo 09:00+", NEW_YORK, "US", "2026-11-23 17:00", "unknown", "2026-11-24T00:00:00-05:00"),
        ("sunrise-sunset", NEW_YORK, "US", "2026-11-23 17:00", "unknown", None),
        ("Mo-Fr 09:00-17:00; SH off", NEW_YORK, "US", "2026-11-23 17:00", "unknown", None),
        ("9 to 5", NEW_YORK, "US", "2026-11-23 17:00", "unknown", None),
    ],
)  # fmt: skip
def test_hours_at(text, zone, country, at, state, until):
    found = hours_at(text, zone, country, utc(at))
    assert found is not None
    assert found.state == state
    assert (found.until and found.until.isoformat()) == until
    if found.until:
        assert found.until.tzinfo is ZoneInfo(zone)


@pytest.mark.parametrize(
    ("text", "zone"), [("", NEW_YORK), ("  ", NEW_YORK), ("24/7", ""), ("24/7", "Not/AZone")]
)
def test_nothing_to_say(text, zone):
    assert hours_at(text, zone, "US", utc("2026-11-23 17:00")) is None


def test_an_instant_needs_a_time_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        hours_at("24/7", NEW_YORK, "US", dt.datetime(2026, 11, 23, 17))


@pytest.mark.parametrize(
    ("text", "at", "comment"),
    [
        ('"by appointment"', "2026-11-23 17:00", "by appointment"),
        ('Mo-Fr 09:00-17:00 "ring first"', "2026-11-23 17:00", "ring first"),
        ('Mo-Fr 09:00-17:00 "ring first"', "2026-11-23 23:00", ""),
        ('Mo-Fr 09:00-17:00 open "side door"', "2026-11-23 17:00", "side door"),
        ('Mo-Fr 09:00-17:00 || "call"', "2026-11-23 17:00", ""),
        ('Mo-Fr 09:00-17:00 || "call"', "2026-11-23 23:00", "call"),
        ('Mo-Fr 09:00-17:00; PH off "see website"', "2026-11-26 17:00", "see website"),
        ("24/7", "2026-11-23 17:00", ""),
        ("9 to 5", "2026-11-23 17:00", ""),
    ],
)
def test_the_comment(text, at, comment):
    found = hours_at(text, NEW_YORK, "US", utc(at))
    assert found is not None
    assert found.comment == comment


@pytest.mark.parametrize(
    ("zone", "country", "at", "holiday"),
    [
        (NEW_YORK, "US", "2026-11-26 17:00", True),  # Thanksgiving
        (NEW_YORK, "US", "2026-11-26 04:59", False),  # still Wednesday in New York
        (LONDON, "GB", "2026-11-26 17:00", False),
        (LONDON, "GB", "2026-12-25 17:00", True),
        (NEW_YORK, "", "2026-12-25 17:00", False),
        (NEW_YORK, "XX", "2026-12-25 17:00", False),
    ],
)
def test_a_holiday_is_named_whatever_the_hours_say(zone, country, at, holiday):
    for text in ("24/7", "Mo-Fr 09:00-17:00; PH off", "9 to 5"):
        found = hours_at(text, zone, country, utc(at))
        assert found is not None
        assert found.holiday is holiday


def test_all_of_it():
    found = hours_at('Mo-Fr 09:00-17:00 "ring"', LONDON, "GB", utc("2026-11-23 10:30:15"))
    until = dt.datetime(2026, 11, 23, 17, tzinfo=ZoneInfo(LONDON))
    assert found == HoursAt(state="unknown", until=until, comment="ring", holiday=False)


# (zone, an instant near which its clocks are changed)
NEAR = [
    (NEW_YORK, "2026-03-08 07:00"), (NEW_YORK, "2026-11-01 06:00"), (LONDON, "2026-10-25 01:00"),
    ("Australia/Lord_Howe", "2026-04-04 15:00"), ("Australia/Lord_Howe", "2026-10-03 15:30"),
    ("Africa/Cairo", "2026-04-23 22:00"), ("Pacific/Apia", "2011-12-30 10:00"),
    ("Asia/Kolkata", "2026-06-01 00:00"),
]  # fmt: skip
TEXTS = [
    "Mo-Fr 09:00-17:00", "Sa-Su 01:15-01:45", "22:00-02:30", "Su 02:15-02:45", "24/7",
    "Mo 10:00-12:00 || 00:30-01:30", 'Fr-Su 00:00-04:00 "ring"; We 10:00-11:00', "24/7; Su off",
]  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(NEAR), st.integers(-9 * 1440, 2 * 1440), st.sampled_from(TEXTS))
def test_a_watch_agrees(near, minutes, text):
    """Going on minute by minute, the state is another at `until` and not before."""
    zone, at = ZoneInfo(near[0]), utc(near[1]) + dt.timedelta(minutes=minutes)
    found = hours_at(text, near[0], "", at)
    assert found is not None
    assert found.state == weekly_state(text, at.astimezone(zone))
    for ahead in range(8 * 1440):
        then = (at + dt.timedelta(minutes=ahead)).astimezone(zone)
        if weekly_state(text, then) != found.state:
            assert found.until == then
            return
    assert found.until is None


def weekly_state(text: str, local: dt.datetime) -> str:
    week, minute = weekly_hours(text), minute_of_week(local.isoweekday(), local.time())
    if any(begins <= minute < ends for begins, ends in week.open):
        return "open"
    return "unknown" if any(one <= minute < two for one, two in week.unknown) else "closed"
