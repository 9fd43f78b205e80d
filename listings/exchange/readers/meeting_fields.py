"""Weekdays, times and attendance of meetings, in every way that feeds write them.

Source: Meeting Guide API, https://github.com/code4recovery/spec; what its readers accept in the
wild besides (words for days, 1 to 7, lists).
"""

import re
from datetime import time
from typing import Any, Final

from listings.values.text import clean, fold

_DAYS: Final = (
    ("mo", "monday", "lunes", "lundi", "montag"),
    ("tu", "tuesday", "martes", "mardi", "dienstag"),
    ("we", "wednesday", "miercoles", "mercredi", "mittwoch"),
    ("th", "thursday", "jueves", "jeudi", "donnerstag"),
    ("fr", "friday", "viernes", "vendredi", "freitag"),
    ("sa", "saturday", "sabado", "samedi", "samstag"),
    ("su", "sunday", "domingo", "dimanche", "sonntag"),
)
_EXTRA: Final = {"tues": 2, "weds": 3, "thur": 4, "thurs": 4}
_BY_NAME: Final = {
    word: number
    for number, words in enumerate(_DAYS, 1)
    for word in (*words, *(name[:3] for name in words[1:2]))
} | _EXTRA
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_ATTENDANCE: Final = {
    "in person": "in-person", "inperson": "in-person", "online": "online", "hybrid": "hybrid",
    "inactive": "inactive",
}  # fmt: skip

INACTIVE: Final = "inactive"


def weekday(value: object) -> int:
    """ISO weekday (1 Monday to 7 Sunday) of 0 to 7 (0 and 7 are Sunday) or a day's name.

    Raises ValueError with a sentence for anything else.
    """
    text = str(value).strip()[:20]
    if isinstance(value, bool):
        raise ValueError(f"The day “{text}” is not a weekday.")
    if re.fullmatch(r"[0-7](\.0)?", text):
        return int(text[0]) or 7
    day = _BY_NAME.get(fold(text))
    if day is None:
        raise ValueError(f"The day “{text}” is not a weekday; write 0 (Sunday) to 6 or its name.")
    return day


def weekdays(value: object) -> tuple[int, ...]:
    """ISO weekdays of one day or a list of them; none when the source names no day."""
    if value is None or value == "" or value == []:
        return ()
    if isinstance(value, list):
        return tuple(dict.fromkeys(weekday(day) for day in value))
    return (weekday(value),)


def clock(value: object) -> time:
    """A time of day from 19:00, 19:00:00 or 7:00 pm.

    Raises ValueError with a sentence for anything else.
    """
    text = str(value).strip()[:20]
    found = _TIME.fullmatch(text)
    if found and (found.group(2) or found.group(3)):
        hour, minute, half = int(found.group(1)), int(found.group(2) or 0), found.group(3)
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half.lower() == "p" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(f"“{text}” is not a time of day; write it like 19:00.")


def duration(start: time, end: object) -> int | None:
    """Minutes from start to end, over midnight if need be; None when no end is given."""
    if end is None or end == "":
        return None
    finish = clock(end)
    minutes = (finish.hour - start.hour) * 60 + finish.minute - start.minute
    return minutes % 1440 or None


def attendance(item: dict[str, Any], codes: tuple[str, ...], *, has_street: bool) -> str:
    """How one takes part: in-person, online, hybrid or inactive, or "" when nothing tells.

    The stated ``attendance_option`` counts; without one, the type codes ONL (online) and TC
    (place closed for now); without those, a street address means in person.
    """
    stated = _ATTENDANCE.get(fold(str(item.get("attendance_option") or "")))
    if stated:
        return stated
    if "ONL" in codes:
        return "online"
    if "TC" in codes:
        return INACTIVE
    return "in-person" if has_street else ""


def type_codes(value: object) -> tuple[str, ...]:
    """The type codes of a meeting, from a list or a text with commas; others give none."""
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        return ()
    return tuple(dict.fromkeys(clean(str(code))[:40] for code in listed if code))
