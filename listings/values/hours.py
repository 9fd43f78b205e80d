"""Opening hours in OpenStreetMap's syntax ("Mo-Fr 09:00-17:00; PH off").

Source of the syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification, through
the package opening-hours-py.
"""

import re

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

MAX_LENGTH = 255
"""OpenStreetMap's own limit for a value."""

_COMMENT = re.compile(r'"[^"]*"')
_RULES = re.compile(r";|\|\|")
_SAYS_WHEN = re.compile(r"\d:\d|24/7|\b(?:off|closed|sunrise|sunset|dawn|dusk)\b", re.IGNORECASE)
_ENDS_RULE = re.compile(r"\"|\b(?:open|unknown)\b", re.IGNORECASE)
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


def _has_hours(rule: str) -> bool:
    """Whether every part of a rule says when; "Mo" of "Mo, We 10:00-12:00" is only half a part."""
    *earlier, last = rule.split(",")
    return bool(_SAYS_WHEN.search(last)) and all(
        _SAYS_WHEN.search(part) or not _ENDS_RULE.search(part) for part in earlier
    )
