"""What every reader gives: one listing as its source states it, or a row that could not be read.

Nothing here knows the database. Unknown is None, an empty string or an empty tuple, never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from listings.taxonomy import Claim
from listings.values.geo import Point


class ReadError(Exception):
    """The file as a whole cannot be read; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """One number: E.164 or short code, extension digits, role main, intake, hotline or other."""

    number: str
    extension: str = ""
    role: str = "main"


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """One weekly occurrence of a group, as its source states it.

    ``weekday`` is ISO (1 Monday to 7 Sunday); ``start`` is local to ``timezone`` (IANA name; empty
    when neither the source nor the place tells); ``attendance`` is in-person, online or hybrid.
    """

    weekday: int
    start: time
    timezone: str = ""
    duration_minutes: int | None = None
    attendance: str = "in-person"
    name: str = ""
    online_url: str = ""
    dial_in: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ListingRecord:
    """One listing as its source states it. ``row`` is the line or item number, counted from 1."""

    row: int
    external_id: str
    name: str
    second_name: str = ""
    provider: str = ""
    description: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = "US"
    address_withheld: bool = False
    point: Point | None = None
    website: str = ""
    email: str = ""
    opening_hours: str = ""
    phones: tuple[PhoneRecord, ...] = ()
    claims: tuple[Claim, ...] = ()
    meetings: tuple[MeetingRecord, ...] = ()
    language: str = ""
    checked_on: date | None = None
    not_mapped: tuple[str, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row put aside (quarantined): where, why in a sentence, and what stood there."""

    row: int
    reason: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """A row that is no business of this directory, with the reason (counted, not kept)."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Which source a reader's rows belong to."""

    code: str
    name: str
    url: str
    policy: str  # "register" or "untrusted"
    licence: str = ""
    attribution: str = ""
    is_demo: bool = False


Row = ListingRecord | BadRow | OutOfScope
