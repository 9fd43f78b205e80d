"""Opening hours as minutes of a week, and what the package claims that nobody can know."""

import datetime as dt
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from listings.values.opening_rules import CLOSED, OPEN, UNKNOWN, read_rules
from listings.values.week import WEEK_MINUTES
from listings.values.weekly_hours import WeeklyHours, weekly_hours

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MONDAY = dt.datetime(2024, 1, 1)
ALWAYS = ["Mo 00:00 - Su 24:00"]


def minute(text: str) -> int:
    day, clock = text.split()
    hour, minutes = clock.split(":")
    return DAYS.index(day) * 1440 + int(hour) * 60 + int(minutes)


def week(*intervals: str) -> tuple[tuple[int, int], ...]:
    return tuple((minute(one), minute(two)) for one, two in (i.split(" - ") for i in intervals))


def on(days: str, *hours: str) -> list[str]:
    """The intervals of each day: on("Mo Tu", "09:00-12:00")."""
    return [f"{day} {one.replace('-', f' - {day} ')}" for day in days.split() for one in hours]


WORKDAYS = "Mo Tu We Th Fr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo-Fr 09:00-17:00", on(WORKDAYS, "09:00-17:00")),
        ("mo-fr 09:00-17:00", on(WORKDAYS, "09:00-17:00")),
        ("24/7", ALWAYS),
        ("00:00-24:00", ALWAYS),
        ("open", ALWAYS),
        ("Mo-Fr", ["Mo 00:00 - Fr 24:00"]),
        ("Mo,We 10:00-12:00", on("Mo We", "10:00-12:00")),
        ("Mo-We,Sa 10:00-12:00", on("Mo Tu We Sa", "10:00-12:00")),
        ("Sa-Mo 10:00-12:00", on("Mo Sa Su", "10:00-12:00")),
        ("10:00-12:00", on("Mo Tu We Th Fr Sa Su", "10:00-12:00")),
        ("Mo 09:00-12:00,13:00-17:00", on("Mo", "09:00-12:00", "13:00-17:00")),
        ("Mo 09:00-12:00,11:00-17:00", on("Mo", "09:00-17:00")),
        ("Mo 09:00-12:00; Tu 10:00-11:00", ["Mo 09:00 - Mo 12:00", "Tu 10:00 - Tu 11:00"]),
        # A later rule takes the place of an earlier one, unless a comma joins them.
        ("Mo-Fr 09:00-17:00; We 10:00-12:00",
         on("Mo Tu", "09:00-17:00") + on("We", "10:00-12:00") + on("Th Fr", "09:00-17:00")),
        ("Mo-Tu 09:00-12:00, Tu 14:00-16:00",
         on("Mo", "09:00-12:00") + on("Tu", "09:00-12:00", "14:00-16:00")),
        ("24/7; Mo off", ["Tu 00:00 - Su 24:00"]),
        ("24/7; Mo 10:00-12:00 off", ["Mo 00:00 - Mo 10:00", "Mo 12:00 - Su 24:00"]),
        ("Mo-Fr 09:00-17:00; We off", on("Mo Tu Th Fr", "09:00-17:00")),
        ("Mo-Fr 09:00-17:00; We closed", on("Mo Tu Th Fr", "09:00-17:00")),
        # Over midnight, and over the end of the week.
        ("Mo-Tu 22:00-02:00", ["Mo 22:00 - Tu 02:00", "Tu 22:00 - We 02:00"]),
        ("Mo-Fr 22:00-02:00",
         [f"{one} 22:00 - {two} 02:00" for one, two in pairwise(DAYS[:6])]),
        ("Mo 22:00-28:00", ["Mo 22:00 - Tu 04:00"]),
        ("Su 20:00-26:00", ["Mo 00:00 - Mo 02:00", "Su 20:00 - Su 24:00"]),
        ("Sa-Su 20:00-08:00",
         ["Mo 00:00 - Mo 08:00", "Sa 20:00 - Su 08:00", "Su 20:00 - Su 24:00"]),
        ("Mo 10:00-10:00", ["Mo 10:00 - Tu 10:00"]),
        # Holidays belong to a date and a country, so they leave the week as it is.
        ("Mo-Fr 09:00-17:00; PH off", on(WORKDAYS, "09:00-17:00")),
        ("Mo-Fr,PH 09:00-17:00", on(WORKDAYS, "09:00-17:00")),
        ("Mo-Fr 09:00-17:00, PH 10:00-12:00", on(WORKDAYS, "09:00-17:00")),
        ("24/7; PH -1 day off", ALWAYS),
        ("PH 10:00-12:00", []),
        ("Mo off", []),
        ("off", []),
        ("24/7 closed \"moved\"", []),
        # A fallback counts for each minute at which the others are closed.
        ("Mo 09:00-12:00 || Mo-Tu 10:00-14:00", ["Mo 09:00 - Mo 14:00", "Tu 10:00 - Tu 14:00"]),
        # A comment with "open" says so.
        ('Mo 10:00-12:00 open "walk in"', on("Mo", "10:00-12:00")),
        ('Mo 10:00-12:00 OPEN  "walk in || ring"', on("Mo", "10:00-12:00")),
        ('Mo 10:00-12:00 open "in July 2024 [1] SH+"', on("Mo", "10:00-12:00")),
    ],
)  # fmt: skip
def test_hours_that_are_known(text, expected):
    assert weekly_hours(text) == WeeklyHours(open=week(*expected), unknown=(), dated=False)


@pytest.mark.parametrize(
    ("text", "opened", "unknown"),
    [
        ('"by appointment"', [], ALWAYS),
        ("unknown", [], ALWAYS),
        ('24/7 "call first"', [], ALWAYS),
        ('Mo 10:00-12:00 "by appointment"', [], on("Mo", "10:00-12:00")),
        ('Mo 10:00-12:00"by appointment"', [], on("Mo", "10:00-12:00")),
        ('Mo 10:00-12:00 unknown "call"', [], on("Mo", "10:00-12:00")),
        ("Mo 10:00-12:00; We 10:00-12:00 unknown",
         on("Mo", "10:00-12:00"), on("We", "10:00-12:00")),
        ('Mo "call"; Tu 09:00-10:00', on("Tu", "09:00-10:00"), ["Mo 00:00 - Mo 24:00"]),
        ('Mo 10:00-12:00 || "call"', on("Mo", "10:00-12:00"),
         ["Mo 00:00 - Mo 10:00", "Mo 12:00 - Su 24:00"]),
        ('Mo 10:00-12:00 || Mo 09:00-13:00 "call" || Mo 08:00-11:00',
         on("Mo", "08:00-09:00", "10:00-12:00"), on("Mo", "09:00-10:00", "12:00-13:00")),
        ("Mo 18:00+", [], on("Mo", "18:00-24:00")),
        # No hours, and what cannot be read.
        ("", [], ALWAYS),
        ("9 to 5", [], ALWAYS),
        ("by appointment", [], ALWAYS),
        ("Mo-Fr 9am-5pm", [], ALWAYS),
        ("Mo 25:00-27:00", [], ALWAYS),
        ('Mo 10:00-12:00 "half', [], ALWAYS),
        ("Mo 10:00-12:00 ||", [], ALWAYS),
        (";;", [], ALWAYS),
        ("\0", [], ALWAYS),
        ("; ".join(["Mo 10:00-12:00"] * 40), [], ALWAYS),
    ],
)  # fmt: skip
def test_hours_that_are_partly_known(text, opened, unknown):
    assert weekly_hours(text) == WeeklyHours(week(*opened), week(*unknown), dated=False)


@pytest.mark.parametrize(
    "text",
    [
        "Apr-Oct Mo 10:00-12:00",
        "Mo-Fr 09:00-17:00; Dec 25 off",
        "dec 24-jan 2 off",
        "2026 Mo 10:00-12:00",
        "2024+ Mo 10:00-12:00",
        "week 1-53/2 Mo 10:00-12:00",
        "Fr[1] 10:00-12:00",
        "Fr[-1] 10:00-12:00",
        "Mo[1] +1 day 10:00-12:00",
        "easter off",
        "Mo-Fr 09:00-17:00; easter +1 day off",
        "Mo-Fr 10:00-12:00; SH off",
        "SH 10:00-12:00",
        "sunrise-sunset",
        "Mo 10:00-sunset",
        "(sunrise+01:00)-12:00",
        "dawn-dusk",
    ],
)
def test_hours_that_depend_on_the_date_are_unknown(text):
    assert weekly_hours(text) == WeeklyHours((), ((0, WEEK_MINUTES),), dated=True)


times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
ends = st.builds("{:02d}:{:02d}".format, st.integers(0, 29), st.sampled_from([0, 15, 30, 45]))
spans = st.lists(st.builds("{}-{}".format, times, ends), min_size=1, max_size=3).map(",".join)
weekdays = st.lists(
    st.sampled_from(DAYS) | st.builds("{}-{}".format, st.sampled_from(DAYS), st.sampled_from(DAYS)),
    min_size=1,
    max_size=3,
).map(",".join)
days = st.one_of(weekdays, st.just("PH"), weekdays.map("{},PH".format))
rules = st.one_of(
    st.builds("{} {}{}".format, days, spans, st.sampled_from(["", " off", " unknown"])),
    st.builds("{} off".format, days),
    spans,
    st.just("24/7"),
)
expressions = st.builds(
    lambda first, others: first + "".join(sign + rule for sign, rule in others),
    rules,
    st.lists(st.tuples(st.sampled_from(["; ", ", "]), rules), max_size=4),
)


@settings(deadline=None)
@given(expressions)
def test_each_quarter_of_an_hour_is_what_the_package_says_of_it(text):
    """Asked for one instant after the other, where the text holds nothing we read differently."""
    said = OpeningHours(text)
    code = {"closed": CLOSED, "unknown": UNKNOWN, "open": OPEN}
    states = read_rules(text).states(MONDAY, WEEK_MINUTES)
    for begins in range(0, WEEK_MINUTES, 15):
        state, _ = said.state(MONDAY + dt.timedelta(minutes=begins))
        assert (states[begins : begins + 15] == code[str(state)]).all()


@given(expressions, st.sampled_from(["", ' "ring"', ' || "ring"', "; Fr[1] off", " || Mo"]))
def test_the_intervals_are_in_order_and_apart(text, more):
    hours = weekly_hours(text + more)
    for intervals in (hours.open, hours.unknown):
        bounds = [bound for interval in intervals for bound in interval]
        assert bounds == sorted(set(bounds))
    both = sorted(hours.open + hours.unknown)
    assert all(one[1] <= two[0] for one, two in pairwise(both))
    assert all(0 <= begins < ends <= WEEK_MINUTES for begins, ends in both)


@given(st.text(max_size=255) | st.text('MoTuPHSJanweek0123456789:-+/[](),;| "off', max_size=255))
def test_no_text_does_harm(text):
    assert isinstance(weekly_hours(text), WeeklyHours)


@pytest.mark.parametrize(
    "text",
    [
        "00:00-48:00",  # the package's own "next change" takes 0.7 s for these two
        "week 1-53/99",
        "; ".join(["Feb 29 -1 day Mo[5] 00:01-48:00"] * 7),
        '"' * 255,
        "open " * 50 + '"',
        " " * 499 + "x",
        " || ".join(["Mo 10:00-12:00"] * 14),
        ",".join(f"{hour:02d}:01-{hour:02d}:02" for hour in range(21)),
    ],
)
def test_hostile_hours_cost_little(text):
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        weekly_hours.__wrapped__(text)
        best = min(best, time.perf_counter() - began)
    assert best < 0.02
