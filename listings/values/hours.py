"""Opening hours in OpenStreetMap's syntax ("Mo-Fr 09:00-17:00; PH off"): as entered, and now.

Source of the syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification, through
the package opening-hours-py.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from listings.values.opening_rules import CLOSED, MINUTE, OPEN, OpeningRules, read_rules
from listings.values.week import DAY_MINUTES, ZoneWeek, week_in, zone_named

MAX_LENGTH = 255
"""OpenStreetMap's own limit for a value."""

_COMMENT = re.compile(r'"[^"]*"')
_RULES = re.compile(r";|\|\|")
_SAYS_WHEN = re.compile(r"\d:\d|24/7|\b(?:off|closed|sunrise|sunset|dawn|dusk)\b", re.IGNORECASE)
_ENDS_RULE = re.compile(r"\"|\b(?:open|unknown)\b", re.IGNORECASE)
_LOOK_AHEAD_MINUTES = 8 * DAY_MINUTES
_HOW = "Write days and hours like Mo-Fr 09:00-17:00; Sa 10:00-12:00, or 24/7."


def check_hours(text: str) -> str:
    """The hours in the usual form, "" for none.

    Raises ValueError with a sentence when they cannot be read, or when a rule names no hours: a
    bare comment such as "by appointment" means open day and night to every reader of the syntax.
    """
    written = text.strip()
    if not written:
        return ""
    if len(written) > MAX_LENGTH:
        raise ValueError(f"Opening hours have more than {MAX_LENGTH} characters. {_HOW}")
    try:
        hours = OpeningHours(written)
    except ParserError as error:
        raise ValueError(f"The opening hours “{written[:60]}” cannot be read. {_HOW}") from error
    if not all(_has_hours(rule) for rule in _RULES.split(_COMMENT.sub('"', written))):
        raise ValueError(
            f"The opening hours “{written[:60]}” have a part without hours, which would mean "
            f"open day and night. {_HOW}"
        )
    return str(hours)


@dataclass(frozen=True, slots=True)
class HoursAt:
    """Whether something is open at an instant, by its opening hours.

    ``until`` is the next change of state, in the listing's own zone; None if none comes within
    eight days. ``comment`` is what the hours say for this time ("by appointment"). ``holiday``
    says that the local date is a public holiday of the whole country, whether the hours mention
    holidays or not.
    """

    state: Literal["open", "closed", "unknown"]
    until: dt.datetime | None
    comment: str
    holiday: bool


def hours_at(text: str, timezone: str, country: str, at: dt.datetime) -> HoursAt | None:
    """The state at an instant; None without hours or without a known IANA time zone.

    ``country`` (ISO 3166-1 alpha-2) decides which days are public holidays; none for a country
    that the package has no calendar of. Hours that cannot be read are "unknown". Raises
    ValueError for an instant without a time zone.
    """
    return _at_minute(text, timezone, country, at.replace(second=0, microsecond=0))


@lru_cache(4096)
def _at_minute(text: str, timezone: str, country: str, at: dt.datetime) -> HoursAt | None:
    """The same for an instant on a whole minute; many listings share their hours."""
    zone = zone_named(timezone)
    if zone is None or not text.strip():
        return None
    week, rules = week_in(zone, at), _rules(text, country)
    here = week.at.replace(tzinfo=None)
    state = int(rules.states(here, 1)[0])
    minutes = _minutes_until_change(rules, state, week)
    holidays = _rules("PH", country)
    return HoursAt(
        state="open" if state == OPEN else "closed" if state == CLOSED else "unknown",
        until=None if minutes is None else week.after(minutes),
        comment=rules.comment(here),
        holiday=bool(holidays.states(here, 1)[0] == OPEN),
    )


@lru_cache(maxsize=4_096)
def _rules(text: str, country: str) -> OpeningRules:
    return read_rules(text, country)


def _minutes_until_change(rules: OpeningRules, state: int, week: ZoneWeek) -> int | None:
    """Real minutes until the state is another, going with the clock where it is changed."""
    here = week.at.replace(tzinfo=None)
    coming = [change for change in week.changes if 0 < change[0] < _LOOK_AHEAD_MINUTES]
    begins = moved = 0
    for ends, change in (*coming, (_LOOK_AHEAD_MINUTES, 0)):
        states = rules.states(here + (begins + moved) * MINUTE, ends - begins)
        other = np.flatnonzero(states != state)
        if other.size:
            return begins + int(other[0])
        begins, moved = ends, moved + change
    return None


def _has_hours(rule: str) -> bool:
    """Whether every part of a rule says when; "Mo" of "Mo, We 10:00-12:00" is only half a part."""
    *earlier, last = rule.split(",")
    return bool(_SAYS_WHEN.search(last)) and all(
        _SAYS_WHEN.search(part) or not _ENDS_RULE.search(part) for part in earlier
    )
