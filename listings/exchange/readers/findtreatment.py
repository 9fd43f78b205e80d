"""FindTreatment.gov's JSON export (``exportsAsJson``): facilities page by page.

Shape: {"page", "totalPages", "recordCount", "rows": [...]}. Older pages write ``typeFacility``,
newer ones ``type_facility``; coordinates are texts; services are [{f1, f2, f3}].
Source of the format: https://findtreatment.gov/assets/FindTreatment-Developer-Guide.pdf.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from listings.exchange.readers.base import (
    Reading,
    bad_row,
    checked,
    digest,
    external_hash,
)
from listings.exchange.readers.fields import read_phones, read_point, read_website
from listings.exchange.readers.json_file import load_json
from listings.exchange.records import (
    BadRow,
    ListingRecord,
    OutOfScope,
    ReadError,
    Row,
    SourceSpec,
)
from listings.taxonomy import findtreatment_claims, terms
from listings.values.address import is_withheld, us_zip
from listings.values.text import clean

SOURCE: Final = SourceSpec(
    code="findtreatment",
    name="FindTreatment.gov",
    url="https://findtreatment.gov/",
    policy="register",
    licence="US public domain",
    attribution="Substance Abuse and Mental Health Services Administration (SAMHSA), "
    "FindTreatment.gov",
)

MAX_PAGES: Final = 5_000
KINDS: Final = ("SA", "MH", "HRSA", "VA", "BUPREN", "OTP")

_PHONES = (("main", "phone"), ("intake", "intake1"), ("intake", "intake2"))
_HOTLINES = (("hotline", "hotline1"), ("hotline", "hotline2"))
_OUT_OF_SCOPE = "offers no addiction treatment and no family education"


def read(stream: BinaryIO, *, name: str) -> Reading:
    """Read one page, or one export of all; see `listings.exchange.readers.base.Reader`."""
    payload = _payload(load_json(stream, name=name), name)
    facilities = _Facilities()
    return Reading(SOURCE, map(facilities.row, payload["rows"]))


def read_pages(fetch: Callable[[int], bytes], *, name: str) -> Reading:
    """Read all pages; ``fetch`` gives the bytes of page n, from 1, as they are asked for.

    Raises ReadError, also while iterating, when a page cannot be read or is not the one asked for.
    """
    facilities = _Facilities()
    rows = (row for page in pages(fetch, name=name) for row in page["rows"])
    return Reading(SOURCE, map(facilities.row, rows))


def pages(fetch: Callable[[int], bytes], *, name: str) -> Iterator[dict[str, Any]]:
    """Yield page after page until the number of pages that the first one states."""
    number = total = 1
    while number <= total:
        label = f"{name}, page {number}"
        payload = _payload(load_json(io.BytesIO(fetch(number)), name=label), label)
        if payload.get("page", number) != number:
            raise ReadError(f"{label}: the server sent page {payload['page']!r}. Try again later.")
        if number == 1:
            total = _total_pages(payload, label)
        yield payload
        number += 1


def page_url(url: str, page: int) -> str:
    """The address of another page of the same query."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", str(page))])))


def _total_pages(payload: dict[str, Any], label: str) -> int:
    total = payload.get("totalPages", 1)
    if not isinstance(total, int) or not 0 <= total <= MAX_PAGES:
        raise ReadError(f"{label}: totalPages is {total!r:.40}, not a number up to {MAX_PAGES:,}.")
    return total


def _payload(value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, dict) and isinstance(value.get("rows"), list):
        return value
    found = ", ".join(list(value)[:10]) if isinstance(value, dict) else type(value).__name__
    raise ReadError(
        f"{name} is not a FindTreatment.gov export: it has no list “rows” (found: {found[:200]}). "
        "Ask for exportsAsJson."
    )


@dataclass(slots=True)
class _Facilities:
    """The rows of one export, with what has been seen of it so far."""

    number: int = 0
    copies: dict[bytes, int] = field(default_factory=dict)
    identities: dict[str, int] = field(default_factory=dict)

    def row(self, item: object) -> Row:
        """One item as a record, or why it is none."""
        self.number += 1
        if not isinstance(item, dict):
            return BadRow(self.number, "The item is not an object with a name and services.")
        published = {key: value for key, value in item.items() if not key.startswith("_")}
        first = self.copies.setdefault(digest([repr(sorted(published.items()))]), self.number)
        if first != self.number:
            return OutOfScope(self.number, f"exact copy of item {first}")
        if not _text(item, "name1"):
            return bad_row(self.number, "The item has no name (name1).", item)
        services = item.get("services") or []
        if not isinstance(services, list) or not all(isinstance(part, dict) for part in services):
            return bad_row(self.number, "“services” is not a list of f1, f2, f3.", item)
        kind = _text(item, "typeFacility") or _text(item, "type_facility")
        if kind not in KINDS:
            reason = f"The kind of facility “{kind[:20]}” is unknown; expected {', '.join(KINDS)}."
            return bad_row(self.number, reason, item)
        return self._facility(item, kind, services)

    def _facility(self, item: dict[str, Any], kind: str, services: list[Any]) -> Row:
        mapped = findtreatment_claims(kind, services)
        offers = any(claim.value and terms()[claim.term].facet == "type" for claim in mapped.claims)
        if kind != "SA" and not offers:
            return OutOfScope(self.number, f"{_OUT_OF_SCOPE} (kind {kind})")
        notes = [
            f"The source both affirms and denies “{term}”; left as not known."
            for term in mapped.contradictions
        ]
        street = ", ".join(
            part for part in (_text(item, "street1"), _text(item, "street2")) if part
        )
        withheld = is_withheld(street)
        postcode = _postcode(_text(item, "zip"), notes)
        identity = _text(item, "frid") or external_hash(
            f"{_text(item, 'name1')} {_text(item, 'name2')}", street, postcode
        )
        first = self.identities.setdefault(identity, self.number)
        if first != self.number:
            reason = f"Item {first} has the same identity, but the two differ. Keep one."
            return bad_row(self.number, reason, item)
        return checked(
            ListingRecord(
                row=self.number,
                external_id=identity,
                name=_text(item, "name1"),
                second_name=_text(item, "name2"),
                street="" if withheld else street,
                city=_text(item, "city"),
                region=_text(item, "state").upper(),
                postcode=postcode,
                address_withheld=withheld,
                point=None
                if withheld
                else read_point(item.get("latitude"), item.get("longitude"), notes),
                website=read_website(item.get("website"), notes),
                phones=read_phones(
                    ((role, _text(item, key)) for role, key in (*_PHONES, *_HOTLINES)), notes
                ),
                claims=mapped.claims,
                not_mapped=mapped.not_mapped,
                unknown_codes=mapped.unknown,
                notes=tuple(notes),
                raw=item,
            )
        )


def _postcode(text: str, notes: list[str]) -> str:
    if not text:
        return ""
    try:
        return us_zip(text)
    except ValueError as error:
        notes.append(str(error))
        return ""


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return "" if value is None or isinstance(value, dict | list) else clean(str(value))
