"""Our own CSV template, for a county's spreadsheet; documented in docs/csv_template.md."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from listings.exchange.readers.base import Reading, bad_row, checked, external_hash
from listings.exchange.readers.csv_values import (
    read_claims,
    read_date,
    read_language,
    read_meetings,
    read_yes,
    split_list,
)
from listings.exchange.readers.fields import email_address, read_phone, read_point, web_address
from listings.exchange.readers.tabular import Column, TableRow, read_table
from listings.exchange.readers.written_address import country_code, region_code
from listings.exchange.records import (
    ListingRecord,
    OutOfScope,
    PhoneRecord,
    Row,
    SourceSpec,
)
from listings.values.address import is_withheld, us_zip
from listings.values.hours import check_hours
from listings.values.text import clean

TEMPLATE: Final = Path(__file__).with_name("template.csv")
"""The empty template, to be offered for download."""

SOURCE: Final = SourceSpec(
    code="csv", name="Spreadsheet in our template", url="", policy="untrusted"
)

COLUMNS: Final = tuple(
    Column(name, required=name == "name")
    for name in (
        "id",
        "name",
        "second_name",
        "provider",
        "description",
        "service_types",
        "facts",
        "street",
        "city",
        "region",
        "postcode",
        "country",
        "latitude",
        "longitude",
        "address_withheld",
        "phone",
        "intake_phone",
        "website",
        "email",
        "opening_hours",
        "meetings",
        "language",
        "checked_on",
    )
)

_PHONES = (("main", "phone"), ("intake", "intake_phone"))


def read(stream: BinaryIO, *, name: str) -> Reading:
    """Read a filled-in template; see `listings.exchange.readers.base.Reader`."""
    table = read_table(stream, name=name, columns=COLUMNS)
    return Reading(SOURCE, map(_Entries().row, table.rows))


@dataclass(slots=True)
class _Entries:
    """The rows of one file, with the lines on which each identity was first seen."""

    identities: dict[int, int] = field(default_factory=dict)

    def row(self, row: TableRow) -> Row:
        """One row as a record, or why it is none."""
        if row.problem:
            return bad_row(row.number, row.problem, row.cells)
        if not any(text.strip() for text in row.cells.values()):
            return OutOfScope(row.number, "blank row")
        try:
            record = _record(row)
        except ValueError as error:
            return bad_row(row.number, str(error), row.cells)
        # hash() of the id keeps a million lines in 100 MB; two ids that share one are 10^-7 likely.
        first = self.identities.setdefault(hash(record.external_id), row.number)
        if first != row.number:
            reason = f"Line {first} is the same listing (“{record.external_id[:40]}”). Keep one."
            return bad_row(row.number, reason, row.cells)
        return checked(record)


def _record(row: TableRow) -> ListingRecord:
    """The listing of one row. Raises ValueError with a sentence for the first mistake found."""
    notes: list[str] = []
    name = clean(row["name"])
    if not name:
        raise ValueError("The row has no name. Fill the column “name”.")
    country = _country(row["country"])
    street, withheld = _street(row)
    postcode = _postcode(row["postcode"], country)
    phones = tuple(dict.fromkeys(_phones(row, country)))
    website = web_address(row["website"]) if row["website"].strip() else ""
    email = email_address(row["email"]) if row["email"].strip() else ""
    if not (phones or website or email or street):
        raise ValueError(
            "Nobody could check this row: give a phone, website, email or street address."
        )
    point = None if withheld else read_point(row["latitude"], row["longitude"], notes)
    claims = read_claims(row["service_types"], row["facts"])
    if not row["service_types"].strip():
        notes.append("No service type is given, so no search for one of the four finds it.")
    return ListingRecord(
        row=row.number,
        external_id=_identity(row, name, postcode),
        name=name,
        second_name=clean(row["second_name"]),
        provider=clean(row["provider"]),
        description=clean(row["description"]),
        street=street,
        city=clean(row["city"]),
        region=region_code(row["region"], country),
        postcode=postcode,
        country=country,
        address_withheld=withheld,
        point=point,
        website=website,
        email=email,
        opening_hours=check_hours(clean(row["opening_hours"])),
        phones=phones,
        claims=claims,
        meetings=read_meetings(row["meetings"], name, point),
        language=read_language(row["language"]),
        checked_on=read_date(row["checked_on"]),
        notes=tuple(notes),
        raw=row.cells,
    )


def _identity(row: TableRow, name: str, postcode: str) -> str:
    identity = clean(row["id"])
    if identity:
        return identity
    if not (row["street"].strip() and postcode):
        raise ValueError("Give an id, or both street and postcode, so that the row is known again.")
    return external_hash(name, row["street"], postcode)


def _country(text: str) -> str:
    if not text.strip():
        return "US"
    code = country_code(text)
    if not code:
        raise ValueError(f"The country “{text[:30]}” is unknown; write two letters, such as US.")
    return code


def _street(row: TableRow) -> tuple[str, bool]:
    street = clean(row["street"])
    withheld = read_yes(row["address_withheld"], "address_withheld") or is_withheld(street)
    return ("" if withheld else street), withheld


def _postcode(text: str, country: str) -> str:
    written = clean(text)
    if not written or country != "US":
        return written.upper()
    return us_zip(written)


def _phones(row: TableRow, country: str) -> Iterator[PhoneRecord]:
    for role, column in _PHONES:
        for text in split_list(row[column]):
            yield read_phone(clean(text), role, country)
