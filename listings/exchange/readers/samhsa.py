"""SAMHSA's National Directory of treatment facilities, CSV or XLSX as published.

Two directories share the form: substance use and mental health. Codes mean different things in
them, so the file is recognised by codes that only one of them has.
Source of the format: https://findtreatment.gov/locator, "National Directory".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType
from typing import BinaryIO, Final

from listings.exchange.readers.base import Reading, bad_row, checked, digest, external_hash
from listings.exchange.readers.fields import read_phones
from listings.exchange.readers.tabular import Column, TableRow, read_table
from listings.exchange.records import (
    BadRow,
    ListingRecord,
    OutOfScope,
    ReadError,
    Row,
    SourceSpec,
)
from listings.taxonomy import in_scope, samhsa_claims
from listings.values.address import is_withheld, us_zip
from listings.values.text import clean

SAMPLE_ROWS: Final = 500
"""Rows looked at to tell the two directories apart."""

_CLEAR_SHARE = 0.8
_TERMS: Final = "US public domain"
_CITE: Final = "Substance Abuse and Mental Health Services Administration (SAMHSA), {}"
_NAMES: Final = {
    "substance": "National Directory of Drug and Alcohol Use Treatment Facilities",
    "mental": "National Directory of Mental Health Treatment Facilities",
}

SOURCES: Final = MappingProxyType(
    {
        directory: SourceSpec(
            code=f"samhsa-{directory}",
            name=f"SAMHSA {title}",
            url="https://findtreatment.gov/",
            policy="register",
            licence=_TERMS,
            attribution=_CITE.format(title),
        )
        for directory, title in _NAMES.items()
    }
)

COLUMNS: Final = (
    Column("name1", required=True),
    Column("name2"),
    Column("street1", required=True),
    Column("street2"),
    Column("city", required=True),
    Column("state", required=True),
    Column("zip", required=True),
    Column("phone", required=True),
    Column("intake1"),
    Column("intake2"),
    Column("intake1a"),
    Column("intake2a"),
    Column("service_code_info", required=True),
)

_PHONES = (
    ("main", "phone"),
    ("intake", "intake1"),
    ("intake", "intake1a"),
    ("intake", "intake2"),
    ("intake", "intake2a"),
)


def read(stream: BinaryIO, *, name: str) -> Reading:
    """Read one of the two directories; see `listings.exchange.readers.base.Reader`."""
    table = read_table(stream, name=name, columns=COLUMNS)
    sample = list(islice(table.rows, SAMPLE_ROWS))
    directory = _directory(sample, name)
    rows = chain(sample, table.rows)
    return Reading(SOURCES[directory], map(_Facilities(directory).row, rows))


def codes_of(text: str) -> tuple[str, ...]:
    """The service codes of a row: groups are split by " * ", codes by spaces."""
    return tuple(text.replace("*", " ").split())


def _directory(sample: Sequence[TableRow], name: str) -> str:
    counts = {"substance": 0, "mental": 0}
    unknown = {
        directory: _unknown(directory, {code for row in sample for code in _codes(row)})
        for directory in counts
    }
    for row in sample:
        codes = _codes(row)
        counts["substance"] += sum(code in unknown["mental"] for code in codes)
        counts["mental"] += sum(code in unknown["substance"] for code in codes)
    total = sum(counts.values())
    likely = max(counts, key=lambda directory: counts[directory])
    if not total or counts[likely] < _CLEAR_SHARE * total:
        raise ReadError(
            f"{name}: the codes in service_code_info do not tell whether this is the substance-use "
            "or the mental-health directory. Import each directory as a file of its own."
        )
    return likely


def _codes(row: TableRow) -> tuple[str, ...]:
    return codes_of(row["service_code_info"])


def _unknown(directory: str, codes: set[str]) -> set[str]:
    # Words that neither directory has count for neither.
    others = {"substance": "mental", "mental": "substance"}
    elsewhere = set(samhsa_claims(others[directory], codes).unknown)
    return set(samhsa_claims(directory, codes).unknown) - elsewhere


@dataclass(slots=True)
class _Facilities:
    """The rows of one file, with what has been seen of it so far."""

    directory: str
    copies: dict[bytes, int] = field(default_factory=dict)
    identities: dict[str, int] = field(default_factory=dict)

    def row(self, row: TableRow) -> Row:
        """One row as a record, or why it is none."""
        if not any(text.strip() for text in row.cells.values()):
            return OutOfScope(row.number, "blank row")
        postcode = _postcode(row["zip"])
        if not postcode and not (row["name1"].strip() and _has_digit(row["phone"])):
            return OutOfScope(row.number, "not a facility row")
        if reason := row.problem or _missing(row, postcode):
            return bad_row(row.number, reason, row.cells)
        first = self.copies.setdefault(digest(self._texts(row)), row.number)
        if first != row.number:
            return OutOfScope(row.number, f"exact copy of line {first}")
        if not in_scope(self.directory, _codes(row)):
            reason = (
                "offers neither addiction treatment nor family education (mental-health directory)"
            )
            return OutOfScope(row.number, reason)
        return self._facility(row, postcode)

    def _texts(self, row: TableRow) -> Iterator[str]:
        return (row[column.name].strip() for column in COLUMNS)

    def _facility(self, row: TableRow, postcode: str) -> ListingRecord | BadRow:
        notes: list[str] = []
        street = clean(", ".join(part for part in (row["street1"], row["street2"]) if part.strip()))
        withheld = is_withheld(street)
        phones = read_phones(((role, row[column]) for role, column in _PHONES), notes)
        identity, first = self._identity(row, street, postcode, phones[0].number if phones else "")
        if first != row.number:
            reason = (
                f"Name, street, ZIP code and telephone are those of line {first}, but the row "
                "differs. Keep one of the two."
            )
            return bad_row(row.number, reason, row.cells)
        mapped = samhsa_claims(self.directory, _codes(row))
        notes.extend(
            f"The source both affirms and denies “{term}”; left as not known."
            for term in mapped.contradictions
        )
        return checked(
            ListingRecord(
                row=row.number,
                external_id=identity,
                name=clean(row["name1"]),
                second_name=clean(row["name2"]),
                street="" if withheld else street,
                city=clean(row["city"]),
                region=clean(row["state"]).upper(),
                postcode=postcode,
                address_withheld=withheld,
                phones=phones,
                claims=mapped.claims,
                not_mapped=mapped.not_mapped,
                unknown_codes=mapped.unknown,
                notes=tuple(notes),
                raw=row.cells,
            )
        )

    def _identity(self, row: TableRow, street: str, postcode: str, phone: str) -> tuple[str, int]:
        """External id, and the first line that has it.

        The directory gives none. Where name, street and ZIP code stand twice with different
        telephones, the later row is known by its telephone besides.
        """
        plain = external_hash(f"{row['name1']} {row['name2']}", street, postcode)
        with_phone = f"{plain}-{phone.lstrip('+')}"
        first = self.identities.setdefault(with_phone, row.number)
        holder = self.identities.setdefault(plain, row.number)
        return (plain if holder == first else with_phone), first


def _postcode(text: str) -> str:
    try:
        return us_zip(text)
    except ValueError:
        return ""


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _missing(row: TableRow, postcode: str) -> str:
    if not postcode:
        return f"“{row['zip'][:20]}” is not a US ZIP code; it needs five digits."
    if not row["name1"].strip():
        return "The row has no name (name1). Add it or delete the row."
    return ""
