"""Results by the clock: open now, openings and meetings, as filters and as orders.

Tables of (query, names expected) over a few listings in Hartford. They stand one after the other to
the north, so that among equals the one that is named first is the nearest.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from listings.models import Listing, Opening
from listings.search.criteria import DAY, OPEN, OPENING, PART
from listings.search.times import TIME_LABELS
from tests.factories import HARTFORD, make_listing, make_meeting, stamp
from tests.pages.reading import visible_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

NEAR = "/find/hartford-ct/"
# Sunday 22 November 2026: noon in New York, nine in the morning in Los Angeles.
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
ONE_DAY = dt.timedelta(days=1)
EAST, WEST = "America/New_York", "America/Los_Angeles"
Table = dict[str, list[str]]


@pytest.fixture
def clock() -> Iterator[Any]:
    """Stands still at noon; ``move_to`` sets it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def put(number: int, name: str, **fields: Any) -> Listing:
    """A listing a little farther to the north than the one before."""
    return make_listing(name, point=(HARTFORD[0] + number / 100, HARTFORD[1]), **fields)


def say(listing: Listing, state: str, wait: int | None, ago: dt.timedelta) -> None:
    """An opening told so long ago; it holds for three days."""
    told = dt.datetime.now(dt.UTC) - ago
    Opening.objects.create(
        listing=listing, state=state, wait_days=wait, source=listing.source, as_of=told,
        expires_at=told + 3 * ONE_DAY,
    )  # fmt: skip
    stamp(listing)


def names_on(visitor: Client, query: str) -> list[str]:
    response = visitor.get(NEAR + query)
    assert response.status_code == 200
    return re.findall(r'<h3><a href="/listing/[^"]+">([^<]+)</a>', response.content.decode())


def answers(visitor: Client, queries: Iterable[str]) -> Table:
    return {query: names_on(visitor, query) for query in queries}


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


# -- open now ----------------------------------------------------------------------------------

HOURS = [
    ("Silent", "", EAST),
    ("Day and Night", "24/7", EAST),
    ("Weekdays", "Mo-Fr 09:00-17:00", EAST),
    ("Weekdays West", "Mo-Fr 09:00-17:00", WEST),
    ("Sunday West", "Su 08:30-09:30", WEST),
    ("Friday Night", "Fr 22:00-06:00", EAST),
    ("No Zone", "24/7", ""),
    ("First Sunday", "Su[1] 09:00-17:00", EAST),
]
OPEN_AT_NOON: Table = {
    "?open=now&known=open": ["Day and Night", "Sunday West"],
    "?open=now": ["Day and Night", "Sunday West", "Silent", "No Zone"],
    "?open=now&known=open&sort=checked": ["Day and Night", "Sunday West"],
    "?open=now&known=open&within=2": ["Day and Night"],
    "?open=now&known=open&type=outpatient": [],
    "?open=now&known=opening": ["Day and Night", "Sunday West", "Silent", "No Zone"],
    "?open=later&within=1": ["Silent", "Day and Night"],
    "?known=open&within=0.5": ["Silent"],
}
# New York is five hours behind UTC in winter, four in summer; Los Angeles is three more.
OPEN_AT: Table = {
    "2026-11-23T13:59": ["Day and Night"],
    "2026-11-23T14:00": ["Day and Night", "Weekdays"],
    "2026-11-23T17:00": ["Day and Night", "Weekdays", "Weekdays West"],
    "2026-11-23T21:59": ["Day and Night", "Weekdays", "Weekdays West"],
    "2026-11-23T22:00": ["Day and Night", "Weekdays West"],
    "2026-11-28T03:00": ["Day and Night", "Friday Night"],
    "2026-11-28T10:59": ["Day and Night", "Friday Night"],
    "2026-11-28T11:00": ["Day and Night"],
    # The first Sunday of the month.
    "2026-12-06T13:59": ["Day and Night"],
    "2026-12-06T14:00": ["Day and Night", "First Sunday"],
    # In Los Angeles the clocks went forward that morning: 08:30 there is an hour earlier.
    "2027-03-14T15:29": ["Day and Night"],
    "2027-03-14T15:30": ["Day and Night", "Sunday West"],
    "2027-07-05T13:00": ["Day and Night", "Weekdays"],
}


@pytest.fixture
def with_hours(clock: Any, visitor: Client) -> None:
    for number, (name, hours, zone) in enumerate(HOURS):
        put(number, name, opening_hours=hours, timezone=zone)


@pytest.mark.usefixtures("with_hours")
def test_open_now(visitor: Client) -> None:
    assert answers(visitor, OPEN_AT_NOON) == OPEN_AT_NOON


@pytest.mark.usefixtures("with_hours")
def test_open_at(clock: Any, visitor: Client) -> None:
    seen = {}
    for at in OPEN_AT:
        clock.move_to(utc(at), tick=False)
        seen[at] = names_on(visitor, "?open=now&known=open")
    assert seen == OPEN_AT


def test_a_kept_page_follows_the_clock_within_five_minutes(clock: Any, visitor: Client) -> None:
    make_listing("Afternoons", opening_hours="Su 12:06-13:00")
    seen = []
    for minutes in (4, 6, 10, 59, 65):
        clock.move_to(NOON + minutes * MINUTE, tick=False)
        seen.append(bool(names_on(visitor, "?open=now&known=open")))
    assert seen == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("hours", "at", "line"),
    [
        ("24/7", "2026-11-22T17:00", "Open day and night"),
        ("Su 09:00-17:30", "2026-11-22T17:00", "Open now, until 5:30 p.m. there"),
        ("Mo-Fr 09:00-17:00", "2026-11-22T17:00", "Closed now, opens Monday, 9 a.m. there"),
        ("Su 13:00-17:00", "2026-11-22T17:00", "Closed now, opens 1 p.m. there"),
        # Thanksgiving, a Thursday: the search goes by the usual week, the card by the day.
        ("Th 09:00-17:00; PH off", "2026-11-26T17:00", "Closed now, opens Thursday, 9 a.m. there"),
        ("", "2026-11-22T17:00", ""),
    ],
)
def test_a_card_says_until_when(
    clock: Any, visitor: Client, hours: str, at: str, line: str
) -> None:
    clock.move_to(utc(at), tick=False)
    make_listing(opening_hours=hours)
    page = visitor.get(NEAR).content.decode()
    assert re.findall(r'<p class="hours[^>]*>([^<]+)<', page) == ([line] if line else [])


# -- openings ----------------------------------------------------------------------------------

TOLD: list[tuple[str, list[tuple[str, int | None, dt.timedelta]]]] = [
    ("Silent", []),
    ("Full", [("full", None, HOUR)]),
    ("Full Since", [("open", None, 5 * HOUR), ("full", None, HOUR)]),
    ("Some Days", [("waiting-list", 3, HOUR)]),
    ("Weeks", [("waiting-list", 30, HOUR)]),
    ("A Wait", [("waiting-list", None, HOUR)]),
    ("Free", [("open", None, 2 * ONE_DAY)]),
    ("Long Ago", [("open", None, 3 * ONE_DAY)]),
]
OPENINGS: Table = {
    "?opening=open&known=opening": ["Free"],
    "?opening=open": ["Free", "Silent", "Long Ago"],
    "?opening=waiting-list&known=opening": ["Some Days", "Weeks", "A Wait"],
    "?opening=full&known=opening": ["Full", "Full Since"],
    "?opening=open&opening=waiting-list&known=opening": ["Some Days", "Weeks", "A Wait", "Free"],
    "?opening=waiting-list&opening=open&known=opening&sort=opening":
        ["Free", "Some Days", "Weeks", "A Wait"],
    "?sort=opening":
        ["Free", "Some Days", "Weeks", "A Wait", "Full", "Full Since", "Silent", "Long Ago"],
    "?opening=open&open=now&known=opening&known=open": [],
}  # fmt: skip


def test_openings(clock: Any, visitor: Client) -> None:
    for number, (name, openings) in enumerate(TOLD):
        listing = put(number, name)
        for state, wait, ago in openings:
            say(listing, state, wait, ago)
    assert answers(visitor, OPENINGS) == OPENINGS


def test_an_opening_ends_by_itself(clock: Any, visitor: Client) -> None:
    say(make_listing("House"), "open", None, dt.timedelta(0))
    seen = []
    for since in (dt.timedelta(0), 3 * ONE_DAY - HOUR, 3 * ONE_DAY):
        clock.move_to(NOON + since, tick=False)
        card = '<p class="opening">' in visitor.get(NEAR).content.decode()
        seen.append((names_on(visitor, "?opening=open&known=opening"), card))
    assert seen == [(["House"], True), (["House"], True), ([], False)]


# -- meetings ----------------------------------------------------------------------------------

TUESDAY, WEDNESDAY, SUNDAY = 2, 3, 7
SATURDAY_BEFORE, NEXT_SUNDAY = dt.date(2026, 11, 21), dt.date(2026, 11, 29)
MEETINGS: list[tuple[str, list[tuple[int, str, str, dict[str, dt.date]]]]] = [
    ("None", []),
    ("Tuesday Evening", [(TUESDAY, "19:00", EAST, {})]),
    ("Two Days", [(TUESDAY, "09:00", EAST, {}), (WEDNESDAY, "19:00", EAST, {})]),
    ("Over", [(SUNDAY, "10:00", EAST, {})]),
    ("Going On", [(SUNDAY, "11:30", EAST, {})]),
    ("Late", [(SUNDAY, "21:30", EAST, {})]),
    ("Past Midnight", [(1, "01:00", EAST, {})]),
    ("West", [(SUNDAY, "09:30", WEST, {})]),
    ("No Zone", [(SUNDAY, "19:30", "", {})]),
    ("Ended", [(SUNDAY, "19:30", EAST, {"ends_on": SATURDAY_BEFORE})]),
    ("Soon", [(SUNDAY, "19:30", EAST, {"starts_on": NEXT_SUNDAY})]),
    ("Next Year", [(SUNDAY, "19:30", EAST, {"starts_on": dt.date(2027, 1, 1)})]),
]
MEETINGS_AT_NOON: Table = {
    # Day and part are asked of one meeting: Tuesday morning and Wednesday evening is neither.
    "?day=tue&part=evening": ["Tuesday Evening"],
    "?day=tue": ["Tuesday Evening", "Two Days"],
    "?day=tue&day=wed&part=evening": ["Tuesday Evening", "Two Days"],
    "?day=wed&part=morning": [],
    "?part=night": ["Late", "Past Midnight"],
    # The night after midnight is still the night before.
    "?day=mon": [],
    "?day=sun": ["Over", "Going On", "Late", "Past Midnight", "West", "No Zone", "Soon"],
    "?day=sun&part=morning": ["Over", "Going On", "West"],
    # By the group's own clock, and not what is over or has yet to begin.
    "?day=tonight": ["Late", "Past Midnight"],
    "?day=tonight&day=tue": ["Tuesday Evening", "Two Days", "Late", "Past Midnight"],
    "?day=tonight&part=morning": [],
    "?day=tue&known=attendance": ["Tuesday Evening", "Two Days"],
    "?day=tue&type=detox": [],
    # Tuesday at nine comes before Tuesday at seven in the evening, and both before next Sunday.
    "?sort=meeting":
        ["Going On", "West", "Late", "Past Midnight", "Two Days", "Tuesday Evening", "Over",
         "Soon", "None", "No Zone", "Ended", "Next Year"],
}  # fmt: skip
# Midnight in New York is after twelve hours, in Los Angeles after fifteen.
TODAY = {
    0: ["Going On", "Late", "West"],
    1: ["Late", "West"],
    10: ["Late"],
    12: ["Past Midnight"],
    14: [],
}


@pytest.fixture
def with_meetings(clock: Any, visitor: Client) -> None:
    for number, (name, meetings) in enumerate(MEETINGS):
        group = put(number, name, facts={"family-support": True})
        for weekday, start, zone, limits in meetings:
            time = dt.time.fromisoformat(start)
            make_meeting(group, weekday=weekday, start=time, timezone=zone, **limits)


@pytest.mark.usefixtures("with_meetings")
def test_meetings(visitor: Client) -> None:
    assert answers(visitor, MEETINGS_AT_NOON) == MEETINGS_AT_NOON


@pytest.mark.usefixtures("with_meetings")
def test_today_is_what_is_still_to_come(clock: Any, visitor: Client) -> None:
    seen = {}
    for hours in TODAY:
        clock.move_to(NOON + hours * HOUR, tick=False)
        seen[hours] = names_on(visitor, "?day=today")
    assert seen == TODAY


@pytest.mark.parametrize(
    ("at", "limits", "held"),
    [
        # Sunday nine in the evening in New York, when it is Monday in UTC.
        ("2026-11-23T02:00", {"ends_on": dt.date(2026, 11, 22)}, True),
        ("2026-11-23T02:00", {"starts_on": dt.date(2026, 11, 22)}, True),
        ("2026-11-23T02:00", {"starts_on": dt.date(2026, 11, 23)}, False),
        ("2026-11-22T17:00", {"ends_on": dt.date(2026, 11, 21)}, False),
        ("2026-11-22T17:00", {"starts_on": dt.date(2026, 11, 29)}, False),
    ],
)
def test_first_and_last_days_are_those_of_the_group(
    clock: Any, visitor: Client, at: str, limits: dict[str, dt.date], held: bool
) -> None:
    clock.move_to(utc(at), tick=False)
    make_meeting(make_listing("Late"), weekday=SUNDAY, start=dt.time(21, 30), **limits)
    expected = ["Late"] if held else []
    table = {"?day=today": expected, "?day=tonight": expected}
    assert answers(visitor, table) == table


def test_a_meeting_that_will_not_be_held_again_is_not_found(clock: Any, visitor: Client) -> None:
    """This morning's was the last one; its last day is tomorrow."""
    last = dt.date(2026, 11, 23)
    make_meeting(put(0, "Last"), weekday=SUNDAY, start=dt.time(8), ends_on=last)
    make_meeting(put(1, "Weekly"), weekday=SUNDAY, start=dt.time(9))
    table = {"?day=sun": ["Weekly"], "?day=today": [], "?sort=meeting": ["Weekly", "Last"]}
    assert answers(visitor, table) == table


# -- what the page says ------------------------------------------------------------------------


def test_the_page_says(clock: Any, visitor: Client) -> None:
    put(0, "Open", opening_hours="24/7")
    say(put(1, "Full"), "full", None, HOUR)
    make_meeting(put(2, "Group"), start=dt.time(9))
    put(3, "Silent")
    for query, line in {
        "?known=open": "Open now (1, + 3 not known)",
        "?day=tue": "Morning (1)",
        "?part=morning": "Tuesday (1)",
        "?opening=full": "Has openings (0, + 3 not known)",
        "?opening=full&known=opening": "Full (1, + 3 not known)",
        "?day=someday": f"We do not know “someday” under “{TIME_LABELS[DAY]}”, so it was left out.",
        "?part=noon&open=no": f"We do not know “no” under “{TIME_LABELS[OPEN]}”",
        "?part=noon&opening=x": f"We do not know “x” under “{TIME_LABELS[OPENING]}”",
    }.items():
        assert line in visible_text(visitor.get(NEAR + query).content.decode()), query
    page = visible_text(visitor.get(f"{NEAR}?open=now&day=tue&known=open").content.decode())
    assert "We do not know" not in page


def test_the_ways_out_of_nothing(clock: Any, visitor: Client) -> None:
    make_listing("Closed", opening_hours="Mo 09:00-17:00")
    make_meeting(make_listing("Group", opening_hours="Tu 09:00-17:00"))
    source = visitor.get(NEAR + "?open=now&day=tue&part=evening&known=open").content.decode()
    page = visible_text(source)
    without_hours = f"Search without “{TIME_LABELS[OPEN]}” (1 listing)"
    assert "We found nothing for this search." in page
    assert without_hours in page
    assert f'href="{NEAR}?day=tue&amp;part=evening&amp;known=open"' in source
    assert f"without “{TIME_LABELS[PART]}”" not in page, "it would find nothing either"
    page = visible_text(visitor.get(NEAR + "?day=wed&part=evening").content.decode())
    assert f"Search without “{TIME_LABELS[PART]}” (2 listings)" in page


def test_programs_get_the_same_counts(clock: Any, visitor: Client) -> None:
    put(0, "Open", opening_hours="24/7")
    say(put(1, "Full"), "full", None, HOUR)
    make_meeting(put(2, "Group"))
    counts = visitor.get("/find/hartford-ct.json?day=tue").json()["time_counts"]
    assert counts["open:now"] == [0, 1]
    assert counts["opening:full"] == [0, 1]
    assert (counts["day:tue"], counts["day:wed"]) == ([1, 0], [0, 0])
    assert (counts["part:evening"], counts["part:night"]) == ([1, 0], [0, 0])
