"""What opening hours in OpenStreetMap's syntax mean, minute by minute of a local clock.

The package opening-hours-py parses and evaluates. In four points it claims more than the
specification (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification) or than anyone
can know, and this module sets it right:

- a comment alone, as in ``Mo-Fr 09:00-17:00 "by appointment"`` or ``"call"``, makes the time
  unknown, not open (section "rule modifier");
- a fallback after ``||`` counts for every minute at which what stands before it is closed;
- a time with an open end (``18:00+``) may be over at any minute, so it is unknown;
- sunrise and sunset need a place, school holidays a calendar: here nobody has either.
"""

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from opening_hours import (  # type: ignore[attr-defined]
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

CLOSED, UNKNOWN, OPEN = range(3)

MINUTE = dt.timedelta(minutes=1)

# The longest text that the database keeps for a listing.
_MAX_LENGTH = 500
_STATE_AND_COMMENT = re.compile(
    r'(?<!\s)\s*(?:\b(open|closed|off|unknown)\s+)?("[^"]*")', re.IGNORECASE
)
_COMMENT = re.compile(r'"[^"]*"')
_FALLBACK_PARTS = re.compile(r'(?:"[^"]*"|[^"|])+')
# How the package writes what depends on the date: years, months, weeks, Easter, "Fr[1]", ...
_DATED = re.compile(r"\d{4}|\[|week|easter|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_NOT_TO_BE_KNOWN = re.compile(r"\b(?:SH|sunrise|sunset|dawn|dusk)\b")
_OPEN_END = re.compile(r"\d\+")


@dataclass(frozen=True, slots=True)
class OpeningRules:
    """Opening hours as parts, each a fallback of the one before; no parts: nobody can say.

    ``dated``: one week differs from the next, public holidays left out of account.
    ``open_end``: the end of some time is not known.
    """

    parts: tuple[OpeningHours, ...] = ()
    dated: bool = False
    open_end: bool = False

    def states(self, start: dt.datetime, minutes: int) -> NDArray[np.uint8]:
        """CLOSED, UNKNOWN or OPEN for each of so many minutes (uint8) from a local time.

        ``start`` is naive, as a clock on the wall is, and a whole minute.
        """
        end = start + minutes * MINUTE
        found = np.full(minutes, CLOSED if self.parts else UNKNOWN, np.uint8)
        for part in self.parts:
            fallback = found == CLOSED
            for begins, ends, state, _ in part.intervals(start, end):
                if state != State.CLOSED:
                    one = slice((begins - start) // MINUTE, (ends - start) // MINUTE)
                    found[one][fallback[one]] = self._code(state)
        return found

    def comment(self, at: dt.datetime) -> str:
        """What the hours say beside the state at a local time (naive), "" for nothing."""
        comment = ""
        for part in self.parts:
            state, comment = part.state(at)
            if state != State.CLOSED:
                break
        return comment

    def _code(self, state: State) -> int:
        return OPEN if state == State.OPEN and not self.open_end else UNKNOWN


def read_rules(text: str, country: str = "") -> OpeningRules:
    """The meaning of opening hours; without parts when they cannot be read or known.

    Public holidays are those of ``country`` (ISO 3166-1 alpha-2) where the package knows them;
    without it no day is one.
    """
    if len(text) > _MAX_LENGTH:
        return OpeningRules()
    by_the_specification = _STATE_AND_COMMENT.sub(_unknown_by_comment, text).strip()
    try:
        usual = _COMMENT.sub("", str(OpeningHours(by_the_specification)))
        parts = _FALLBACK_PARTS.findall(by_the_specification)
        hours = tuple(_with_holidays(part.strip(), country) for part in parts)
    except ParserError:
        return OpeningRules()
    if _NOT_TO_BE_KNOWN.search(usual):
        return OpeningRules(dated=True)
    return OpeningRules(hours, bool(_DATED.search(usual)), bool(_OPEN_END.search(usual)))


def _unknown_by_comment(found: re.Match[str]) -> str:
    state, comment = found.groups()
    return f" {state or 'unknown'} {comment}"


def _with_holidays(text: str, country: str) -> OpeningHours:
    """Raises ParserError for a text that cannot be read."""
    try:
        return OpeningHours(text, country=country.upper() or None)
    except UnknownCountryError:
        return OpeningHours(text)
