"""Cells of our CSV template: terms, meetings, dates. Each mistake is a ValueError to show."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

from rapidfuzz import process

from listings.exchange.readers.fields import is_timezone, web_address
from listings.exchange.readers.meeting_fields import clock, weekday
from listings.exchange.records import MeetingRecord
from listings.taxonomy import DEGREES, Claim, facets, terms
from listings.values.geo import Point
from listings.values.text import clean, fold
from listings.values.timezones import timezone_at

TYPES: Final = "type"
"""The facet of service types, which has a column of its own."""

_YES: Final = {"yes": True, "y": True, "true": True, "1": True}
_NO: Final = {"": False, "no": False, "n": False, "false": False, "0": False}
_ATTENDANCE: Final = ("in-person", "online", "hybrid")
_MEETING_HOW: Final = "Write it like: mon 19:00 America/New_York 60 online."


def split_list(text: str) -> list[str]:
    """The parts of a cell, separated by semicolons or line ends, without empty ones."""
    return [part.strip() for part in re.split(r"[;\r\n]", text) if part.strip()]


def read_yes(text: str, column: str) -> bool:
    """A yes-or-no cell; empty is no. Raises ValueError for other words."""
    answer = (_YES | _NO).get(text.strip().lower())
    if answer is None:
        raise ValueError(f"The column “{column}” holds “{text[:20]}”; write yes or no.")
    return answer


def read_date(text: str) -> date | None:
    """A date like 2026-03-31. Raises ValueError for other forms and for the future."""
    written = text.strip()
    if not written:
        return None
    try:
        day = date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"“{written[:20]}” is no date; write it like 2026-03-31.")
    # A day of grace: it may be tomorrow already where the sheet was filled in.
    if day > date.today() + timedelta(days=1):
        raise ValueError(f"The date {written} lies in the future; nobody can have checked then.")
    return day


def read_language(text: str) -> str:
    """A language tag such as en or pt-BR. Raises ValueError when it cannot be one."""
    tag = text.strip()
    if tag and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", tag):
        raise ValueError(f"“{tag[:20]}” is no language code; write two letters, such as en or es.")
    return tag


def read_claims(service_types: str, facts: str) -> tuple[Claim, ...]:
    """The claims of the two columns, one per term.

    Raises ValueError for an unknown term (naming the nearest), a degree where the facet has
    none, and a term said both yes and no.
    """
    found: dict[str, Claim] = {}
    for column, text in (("service_types", service_types), ("facts", facts)):
        for part in split_list(text):
            claim = _claim(part, column)
            held = found.setdefault(claim.term, claim)
            if held.value != claim.value:
                raise ValueError(f"“{claim.term}” is said both yes and no. Keep one.")
            if DEGREES.index(claim.degree) > DEGREES.index(held.degree):
                found[claim.term] = claim
    return tuple(found.values())


def _claim(text: str, column: str) -> Claim:
    prefix, colon, rest = text.partition(":")
    word = (rest if colon else prefix).strip()
    prefix = prefix.strip().lower() if colon else ""
    term = _term(word, column)
    if prefix == "no":
        return Claim(term, False)
    if prefix not in DEGREES:
        raise ValueError(
            f"“{prefix[:20]}:” in “{column}” is unknown; use no, accepts, dedicated or only."
        )
    facet = facets()[terms()[term].facet]
    if prefix and not facet.degrees:
        raise ValueError(
            f"“{prefix}:{term}” in “{column}”: {facet.label.lower()} has no degrees. Write {term}."
        )
    return Claim(term, True, prefix)


def _term(word: str, column: str) -> str:
    known = _words(column == "service_types")
    term = known.get(fold(word[:100]))
    if term:
        return term
    nearest = process.extractOne(fold(word[:100]), known.keys(), score_cutoff=50)
    hint = f" Did you mean “{known[nearest[0]]}”?" if nearest else ""
    raise ValueError(f"“{word[:60]}” in “{column}” is no term of the taxonomy.{hint}")


@cache
def _words(types: bool) -> Mapping[str, str]:
    """Codes and labels of the terms that may stand in a column, folded, to their codes."""
    chosen = [term for term in terms().values() if (term.facet == TYPES) == types]
    labels = {fold(term.label): term.code for term in chosen}
    return labels | {fold(term.code): term.code for term in chosen}


def read_meetings(text: str, name: str, point: Point | None) -> tuple[MeetingRecord, ...]:
    """Weekly meetings like ``mon 19:00 America/New_York 60 online https://example.org``.

    Weekday, time and attendance must be given; the zone may be left out where the row has
    coordinates. Raises ValueError with a sentence otherwise.
    """
    return tuple(dict.fromkeys(_meeting(part, name, point) for part in split_list(text)))


def _meeting(text: str, name: str, point: Point | None) -> MeetingRecord:
    day, *words = clean(text).split(" ")
    if not words:
        raise ValueError(f"The meeting “{text[:60]}” has no time. {_MEETING_HOW}")
    start = clock(words[0])
    zone = attendance = url = ""
    minutes = None
    for word in words[1:]:
        if word.lower() in _ATTENDANCE:
            attendance = word.lower()
        elif word.lower().startswith(("http://", "https://")):
            url = web_address(word)
        elif re.fullmatch(r"[1-9]\d{0,3}", word) and int(word) <= 1440:
            minutes = int(word)
        elif is_timezone(word):
            zone = word
        else:
            raise ValueError(f"“{word[:40]}” in meeting “{text[:60]}” is unclear. {_MEETING_HOW}")
    if not attendance:
        raise ValueError(
            f"The meeting “{text[:60]}” does not say in-person, online or hybrid. {_MEETING_HOW}"
        )
    zone = zone or timezone_at(point)
    return MeetingRecord(weekday(day), start, zone, minutes, attendance, name, url)
