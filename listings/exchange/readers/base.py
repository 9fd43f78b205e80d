"""What every reader shares: its shape, its limits, and the marks by which rows are recognised."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from listings.exchange.records import BadRow, ListingRecord, Row, SourceSpec
from listings.values.address import name_key, street_key
from listings.values.text import clean

LIMITS: Final[Mapping[str, int]] = {
    "external_id": 200,
    "name": 300,
    "second_name": 300,
    "provider": 300,
    "description": 10_000,
    "street": 300,
    "city": 120,
    "region": 80,
    "postcode": 20,
    "language": 12,
    "website": 500,
    "email": 254,
    "opening_hours": 255,
}
"""The longest text, in characters, that a field of a listing may hold."""

_BAD_RAW_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """A file being read: whose it is, and its rows, read from the file as they are asked for.

    Iterating raises ReadError when the rest of the file cannot be read.
    """

    source: SourceSpec
    rows: Iterator[Row]


class Reader(Protocol):
    """Bytes of one format to records. ``stream`` must be seekable; the caller closes it.

    ``name`` is what messages call the file. Raises ReadError when the file cannot be read.
    """

    def __call__(self, stream: BinaryIO, *, name: str) -> Reading:
        """Read the file."""
        ...


def external_hash(name: str, street: str, postcode: str) -> str:
    """Identity of a record whose source gives none: 20 hex digits over name, street, postcode.

    The keys of `listings.values.address` are hashed, so case, punctuation and "St" for
    "Street" do not change it.
    """
    text = "\n".join((name_key(name), street_key(street), postcode.strip().upper()))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def digest(values: Iterable[str]) -> bytes:
    """Mark of a row's content, under which exact copies are found (16 bytes)."""
    return hashlib.blake2b("\x1f".join(values).encode(), digest_size=16).digest()


def bad_row(row: int, reason: str, raw: Mapping[str, Any]) -> BadRow:
    """A BadRow whose raw texts are cut, so that a report of many stays readable.

    The reason may quote the file: control and direction characters leave it.
    """
    return BadRow(row, clean(reason), {key: _cut(value) for key, value in raw.items()})


def _cut(value: Any) -> Any:
    text = value if isinstance(value, str) else str(value)
    if len(text) <= _BAD_RAW_CHARACTERS:
        return value
    return text[:_BAD_RAW_CHARACTERS] + "…"


def checked(record: ListingRecord) -> ListingRecord | BadRow:
    """The record, or a BadRow when one of its texts is too long to be what it claims to be."""
    for field, limit in LIMITS.items():
        length = len(getattr(record, field))
        if length > limit:
            words = field.replace("_", " ")
            reason = f"The {words} has {length:,} characters, more than {limit}. Shorten it."
            return bad_row(record.row, reason, record.raw)
    return record
