"""A record's values in one plain shape: stored as the base of the next merge, and compared."""

import hashlib
import json
from typing import Any, TypedDict

from listings.exchange.records import ListingRecord, MeetingRecord
from listings.taxonomy import Claim

Facts = dict[str, str]
"""Term code → "yes", "no", or a yes with its degree: "accepts", "dedicated", "only"."""

Phones = dict[str, list[list[str]]]
"""Role → [[number, extension], …] in the source's order."""


class Values(TypedDict):
    """What one record says, JSON through and through."""

    fields: dict[str, Any]
    phones: Phones
    facts: Facts
    meetings: list[dict[str, Any]]


def said(claim: Claim) -> str:
    """A claim as one word."""
    return (claim.degree or "yes") if claim.value else "no"


def record_values(record: ListingRecord) -> Values:
    """The values of a record, normalised, without row number and raw text."""
    point = [record.point.latitude, record.point.longitude] if record.point else None
    phones: Phones = {}
    for phone in record.phones:
        phones.setdefault(phone.role, []).append([phone.number, phone.extension])
    return {
        "fields": {
            "name": record.name,
            "second_name": record.second_name,
            "provider": record.provider,
            "description": record.description,
            "language": record.language,
            "website": record.website,
            "email": record.email,
            "opening_hours": record.opening_hours,
            "address": {
                "street": record.street,
                "city": record.city,
                "region": record.region,
                "postcode": record.postcode,
                "country": record.country,
                "withheld": record.address_withheld,
            },
            "point": point,
        },
        "phones": phones,
        "facts": {claim.term: said(claim) for claim in record.claims},
        "meetings": [meeting_values(meeting) for meeting in record.meetings],
    }


def meeting_values(meeting: MeetingRecord) -> dict[str, Any]:
    """A meeting as plain values."""
    return {
        "weekday": meeting.weekday,
        "start": meeting.start.strftime("%H:%M"),
        "timezone": meeting.timezone,
        "duration_minutes": meeting.duration_minutes,
        "attendance": meeting.attendance,
        "name": meeting.name[:200],
        "online_url": meeting.online_url,
        "dial_in": meeting.dial_in[:100],
        "notes": meeting.notes[:500],
    }


def content_hash(values: Any, raw: Any) -> str:
    """SHA-256 in hexadecimal over what was read and what was published."""
    text = json.dumps([values, raw], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
