"""The help lines that ship with the code: listings/exchange/data/help_lines.toml, checked.

Source of each row: its own ``source``; the rules stand at the head of the file.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from listings.values.phone import PhoneError, parse_phone

FILE: Final = Path(__file__).parent / "data" / "help_lines.toml"
CHECK_EVERY: Final = dt.timedelta(days=90)
PURPOSES: Final = ("emergency", "crisis", "advice", "family", "using-alone")

_NEEDED = ("code", "country", "name", "purpose", "number", "about", "source", "order")
_OPTIONAL = ("region", "text_to", "hours", "timezone", "cost_note", "languages", "source_date")
_KEYS = {*_NEEDED, *_OPTIONAL, "withdrawn"}
_LIMITS = {"name": 120, "about": 300, "text_to": 40, "cost_note": 120, "languages": 120}
# What opening_hours would need a time zone for; "24/7" means the same everywhere.
_ROUND_THE_CLOCK = "24/7"


class HelpLineError(ValueError):
    """The file is wrong; the message names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class HelpLineSpec:
    """One line as the file gives it; ``number`` is E.164 or a short code, ``hours`` empty where
    they are not known."""

    code: str
    country: str
    name: str
    purpose: str
    number: str
    about: str
    source_url: str
    source_date: dt.date
    next_check: dt.date
    order: int
    region: str = ""
    text_to: str = ""
    hours: str = ""
    timezone: str = ""
    cost_note: str = ""
    languages: str = ""
    withdrawn: bool = False


def read_help_lines(path: Path = FILE) -> list[HelpLineSpec]:
    """The lines of the file, in its order. Raises HelpLineError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HelpLineError(f"{path.name} cannot be read: {error}. Restore or mend it.") from error
    read_on, tables = data.get("read_on"), data.get("line")
    if not isinstance(read_on, dt.date) or not isinstance(tables, list):
        raise HelpLineError(f"{path.name} needs read_on = a date, and [[line]] tables.")
    lines = [_line(table, read_on) for table in tables]
    codes = [line.code for line in lines]
    for code in codes:
        if codes.count(code) > 1:
            raise HelpLineError(f"Help line “{code}” stands twice; codes are unique.")
    return lines


def _line(table: Mapping[str, Any], read_on: dt.date) -> HelpLineSpec:
    name = f"Help line “{table.get('code', '?')}”"
    _check_keys(table, name)
    for test, sentence in _RULES:
        if not test(table):
            raise HelpLineError(f"{name} {sentence}")
    try:
        number = parse_phone(table["number"], table["country"]).number
    except PhoneError as error:
        raise HelpLineError(f"{name}: {error} Correct its number.") from error
    source_date = table.get("source_date", read_on)
    return HelpLineSpec(
        code=table["code"],
        country=table["country"],
        name=table["name"],
        purpose=table["purpose"],
        number=number,
        about=table["about"],
        source_url=table["source"],
        source_date=source_date,
        next_check=source_date + CHECK_EVERY,
        order=table["order"],
        region=table.get("region", ""),
        text_to=table.get("text_to", ""),
        hours=table.get("hours", ""),
        timezone=table.get("timezone", ""),
        cost_note=table.get("cost_note", ""),
        languages=table.get("languages", ""),
        withdrawn=table.get("withdrawn", False),
    )


def _check_keys(table: Mapping[str, Any], name: str) -> None:
    for key in _NEEDED:
        if table.get(key) in (None, ""):
            raise HelpLineError(f"{name} has no {key}; add it.")
    for key, value in table.items():
        kind: type = {"order": int, "withdrawn": bool, "source_date": dt.date}.get(key, str)
        if key not in _KEYS:
            raise HelpLineError(f"{name} has the unknown entry {key}; correct or remove it.")
        if not isinstance(value, kind) or isinstance(value, dt.datetime):
            raise HelpLineError(f"{name}: {key} must be a {_WORDS[kind]}.")


def _short_enough(table: Mapping[str, Any]) -> bool:
    return all(len(table.get(key, "")) <= limit for key, limit in _LIMITS.items())


def _zone_for_hours(table: Mapping[str, Any]) -> bool:
    hours = table.get("hours", "")
    return hours in ("", _ROUND_THE_CLOCK) or bool(table.get("timezone"))


_WORDS: Final = {str: "text", int: "whole number", bool: "true or false", dt.date: "date"}
_RULES: Final[tuple[tuple[Callable[[Mapping[str, Any]], object], str], ...]] = (
    (lambda table: re.fullmatch(r"[a-z0-9-]{1,60}", table["code"]), "has a code of other signs "
     "than small letters, digits and hyphens; codes never change, so choose well."),
    (lambda table: re.fullmatch(r"[A-Z]{2}", table["country"]), "has a country that is not two "
     "capital letters, such as US; correct it."),
    (lambda table: table["purpose"] in PURPOSES, f"has an unknown purpose; use one of "
     f"{', '.join(PURPOSES)}."),
    (lambda table: table["source"].startswith("https://"), "has a source that is no https:// "
     "address; name the page that states the number."),
    (lambda table: re.fullmatch(r"[0-9 +()-]+", table["number"]), "has a telephone number with "
     "other signs than digits, spaces, brackets, + and -; write it in digits."),
    (_short_enough, f"has a text that is too long; at most {_LIMITS} characters."),
    (_zone_for_hours, "has hours but no timezone; add the IANA name, such as Europe/London."),
)  # fmt: skip
