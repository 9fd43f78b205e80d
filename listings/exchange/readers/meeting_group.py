"""One meeting of a feed as an item, and the items of one group as one record."""

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from listings.exchange.readers.base import checked
from listings.exchange.readers.fields import (
    email_address,
    is_timezone,
    read_phones,
    read_point,
    read_website,
)
from listings.exchange.readers.meeting_fields import (
    attendance,
    clock,
    duration,
    type_codes,
    weekdays,
)
from listings.exchange.readers.written_address import (
    WrittenAddress,
    country_code,
    read_address,
    region_code,
)
from listings.exchange.records import BadRow, ListingRecord, MeetingRecord
from listings.taxonomy import Claim, meeting_guide_claims, terms
from listings.values.address import is_withheld, name_key, street_key
from listings.values.geo import Point
from listings.values.text import clean
from listings.values.timezones import timezone_at

# "… Family & Friends #5133": feeds number single meetings, so the number is not the group's name.
_NUMBER = re.compile(r"\s*#\s*\d+$")
_LONGEST_TEXT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed, read; it holds a meeting for each of its days."""

    number: int
    raw: dict[str, Any]
    programme: str
    name: str
    address: WrittenAddress
    point: Point | None
    attendance: str
    codes: tuple[str, ...]
    meetings: tuple[MeetingRecord, ...]
    notes: tuple[str, ...]

    @property
    def place(self) -> str:
        """Key of where the group meets or is listed."""
        address = self.address
        parts = (address.site, address.street, address.city, address.region, address.country)
        return street_key(*parts)

    @property
    def key(self) -> str:
        """Key of the group: its id or name, its place and how one takes part."""
        group = text_of(self.raw, "group_id") or name_key(text_of(self.raw, "group"))
        name = f"group:{group}" if group else name_key(self.group_name)
        return "\n".join((self.programme, name, self.place, self.attendance))

    @property
    def group_name(self) -> str:
        """The name without the number of the meeting, where a street tells groups apart."""
        if not self.address.street:
            return self.name
        return _NUMBER.sub("", self.name) or self.name


def text_of(item: dict[str, Any], key: str) -> str:
    """A text of an item on one line, HTML entities undone; "" for lists and objects."""
    value = item.get(key)
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = str(value)[:_LONGEST_TEXT]
    return clean(html.unescape(text))


def read_item(number: int, raw: dict[str, Any], programme: str) -> Item:
    """Read one item. Raises ValueError with a sentence when it cannot be a meeting."""
    name = text_of(raw, "name") or text_of(raw, "group")
    if not name:
        raise ValueError("The meeting has no name. Add one or delete the item.")
    notes: list[str] = []
    address = _address(raw)
    point = read_point(raw.get("latitude"), raw.get("longitude"), notes)
    codes = type_codes(raw.get("types"))
    how = attendance(raw, codes, has_street=bool(address.street))
    return Item(
        number=number,
        raw=raw,
        programme=programme,
        name=name,
        address=address,
        point=point,
        attendance=how,
        codes=codes,
        meetings=_meetings(raw, name, how, point, notes),
        notes=tuple(notes),
    )


def group_record(key: str, items: Sequence[Item], taken: set[str]) -> ListingRecord | BadRow:
    """The record of one group. ``taken`` holds the external ids given so far, and gets its own.

    What online groups state as their address is where they are listed, not a place to go to, so
    it gives them a town but no street.
    """
    first = items[0]
    online = first.attendance == "online"
    mapped = meeting_guide_claims(
        first.programme, sorted({code for item in items for code in item.codes})
    )
    notes = list(dict.fromkeys(note for item in items for note in item.notes))
    phones = read_phones([("main", text_of(first.raw, "entity_phone"))], notes)
    website = (first.raw.get(name) for name in ("website", "url", "entity_url"))
    return checked(
        ListingRecord(
            row=first.number,
            external_id=_external_id(key, first, taken),
            name=first.group_name if len(items) > 1 or first.address.street else first.name,
            second_name=first.address.site,
            description=" ".join(_descriptions(first)),
            street="" if online else first.address.street,
            city=first.address.city,
            region=first.address.region,
            postcode=first.address.postcode,
            country=first.address.country,
            point=first.point,
            website=read_website(next(filter(None, website), ""), notes),
            email=_email(first.raw),
            phones=phones,
            claims=_with_attendance(mapped.claims, first.attendance),
            meetings=tuple(dict.fromkeys(meeting for item in items for meeting in item.meetings)),
            not_mapped=tuple(f"{first.programme}:{code}" for code in mapped.not_mapped),
            unknown_codes=tuple(f"{first.programme}:{code}" for code in mapped.unknown),
            notes=tuple(notes),
            raw={"meetings": [item.raw for item in items]},
        )
    )


def _external_id(key: str, first: Item, taken: set[str]) -> str:
    mark = hashlib.sha256(key.encode()).hexdigest()[:20]
    group = text_of(first.raw, "group_id")[:100]
    plain = f"group:{group}" if group else mark
    # A group that meets in two places is two listings; the first in the feed has the plain id.
    identity = plain if plain not in taken else f"{plain}:{mark}"
    taken.add(identity)
    return identity


def _descriptions(first: Item) -> list[str]:
    texts = [text_of(first.raw, "group_notes"), text_of(first.raw, "location_notes")]
    return [text for text in dict.fromkeys(texts) if text]


def _email(raw: dict[str, Any]) -> str:
    try:
        return email_address(text_of(raw, "entity_email"))
    except ValueError:
        return ""


def _with_attendance(claims: tuple[Claim, ...], how: str) -> tuple[Claim, ...]:
    if not how or how not in terms() or any(claim.term == how for claim in claims):
        return claims
    return (*claims, Claim(how, True))


def _meetings(
    raw: dict[str, Any], name: str, how: str, point: Point | None, notes: list[str]
) -> tuple[MeetingRecord, ...]:
    days = weekdays(raw.get("day"))
    if not days or raw.get("time") in (None, ""):
        notes.append("The feed gives no fixed day and time; ask for them.")
        return ()
    if not how:
        notes.append("The feed does not say whether people meet in person or online; ask.")
        return ()
    start = clock(raw["time"])
    zone = _timezone(raw, point, notes)
    inferred = bool(zone) and zone != text_of(raw, "timezone")
    site_notes: list[str] = []
    url = read_website(raw.get("conference_url"), site_notes)
    notes.extend(note.replace("Website", "Meeting link") for note in site_notes)
    return tuple(
        MeetingRecord(
            weekday=day,
            start=start,
            timezone=zone,
            duration_minutes=duration(start, raw.get("end_time")),
            attendance=how,
            name=name,
            online_url=url if how != "in-person" else "",
            dial_in=text_of(raw, "conference_phone")[:100] if how != "in-person" else "",
            notes=" ".join(
                text
                for text in (
                    text_of(raw, "notes"),
                    text_of(raw, "conference_url_notes"),
                    text_of(raw, "conference_phone_notes"),
                    "The source gives no time zone; this is that of the place." * inferred,
                )
                if text
            ),
        )
        for day in days
    )


def _timezone(raw: dict[str, Any], point: Point | None, notes: list[str]) -> str:
    stated = text_of(raw, "timezone")
    if stated and is_timezone(stated):
        return stated
    zone = timezone_at(point)
    said = f"The feed's time zone “{stated[:40]}” is unknown" if stated else "No time zone is given"
    notes.append(f"{said}; " + (f"{zone} is that of the place." if zone else "ask which it is."))
    return zone


def _address(raw: dict[str, Any]) -> WrittenAddress:
    written = read_address(text_of(raw, "formatted_address"))
    site = text_of(raw, "location") or written.site
    if not (text_of(raw, "city") or text_of(raw, "address")):
        return WrittenAddress(
            site,
            written.street,
            written.city or (text_of(raw, "region") if not written.region else ""),
            written.region,
            written.postcode,
            written.country,
        )
    country = country_code(text_of(raw, "country")) or written.country
    street = text_of(raw, "address")
    return WrittenAddress(
        site=site,
        street="" if is_withheld(street) else street,
        city=text_of(raw, "city") or written.city,
        region=region_code(text_of(raw, "state"), country) or written.region,
        postcode=text_of(raw, "postal_code") or written.postcode,
        country=country,
    )
