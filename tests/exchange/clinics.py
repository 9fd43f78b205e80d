"""Small files of made-up clinics for tests of the importer."""

import datetime as dt
from collections.abc import Iterable

from listings.exchange.importer import import_reading
from listings.exchange.readers.base import Reading
from listings.exchange.records import ListingRecord, PhoneRecord, Row, SourceSpec
from listings.models import ImportRun
from listings.taxonomy import Claim
from listings.values.geo import Point

REGISTER = SourceSpec("register", "A register", "https://example.org", "register")
OTHER = SourceSpec("other", "Another register", "https://example.net", "register")
COUNTY = SourceSpec("county", "A county's list", "", "untrusted")
JANUARY, JUNE = dt.date(2026, 1, 1), dt.date(2026, 6, 1)


def clinic(external_id: str = "1", **more: object) -> ListingRecord:
    values: dict[str, object] = {
        "row": int(external_id),
        "external_id": external_id,
        "name": f"Mill Clinic {external_id}",
        "street": f"{external_id} Mill Street",
        "city": "Akron",
        "region": "OH",
        "postcode": "44301",
        "point": Point(41.04, -81.51),
        "phones": (PhoneRecord(f"+120255501{int(external_id):02}"),),
        "claims": (Claim("detox", True), Claim("medicaid", True), Claim("women", True, "accepts")),
        "raw": {"id": external_id},
    }
    return ListingRecord(**{**values, **more})  # type: ignore[arg-type]


def run(
    rows: Iterable[Row],
    source: SourceSpec = REGISTER,
    *,
    as_of: dt.date | None = None,
    dry_run: bool = False,
    accept: bool = False,
    file_hash: str = "0" * 64,
) -> ImportRun:
    return import_reading(
        Reading(source, iter(list(rows))),
        file_name="test",
        file_hash=file_hash,
        as_of=as_of,
        dry_run=dry_run,
        accept_large_change=accept,
    )
