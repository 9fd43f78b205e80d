"""Made-up input files of any size, in the shape of real ones. Telephones are 555-01xx."""

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SAMHSA_COLUMNS = (
    "name1", "name2", "street1", "street2", "city", "state", "zip", "phone", "intake1", "intake2",
    "intake1a", "intake2a", "service_code_info",
)  # fmt: skip
TEMPLATE_COLUMNS = (
    "id", "name", "description", "service_types", "facts", "street", "city", "region", "postcode",
    "phone", "website", "opening_hours",
)  # fmt: skip
TOWNS = (
    ("Hartford", "CT", "06103"), ("Akron", "OH", "44301"), ("Boise", "ID", "83702"),
    ("Tampa", "FL", "33602"), ("Easton", "MD", "21601"), ("Alamosa", "CO", "81101"),
)  # fmt: skip
_CODES = {
    "substance": "DT RES HID HIT OIT OMB MU BU NU METH BWN BERI NXN ANG BIA CBT CMI CRV MOTI MXM"
    " RELP SACA TELE TRC TWFA STAG CARF MD MC MI PI SF SI SS AD TAY WN PW MN SE GL VET CJ CO HV"
    " TRMA ACC DP HS AOSS RC PEER EMP TOD HEOH SAE ICO GCO FCO MCO ADLT SNR FEM MALE AH SP",
    "mental": "DBT CBT MD MC SF TAY VET SP AH ADLT SNR",
}
_ALWAYS = {"substance": "SA OP ORT PMAT", "mental": "SA MH SUMH OP CMHC FPSY"}


def phone(number: int) -> str:
    """One of 80,000 telephones set aside for fiction."""
    return f"{201 + number // 100 % 798}-555-01{number % 100:02}"


def facilities(rows: int, directory: str = "substance", start: int = 0) -> list[dict[str, str]]:
    """Rows of a SAMHSA directory, the same each time; number n is one place in both of them."""
    return [_facility(number, directory) for number in range(start, start + rows)]


def _facility(number: int, directory: str) -> dict[str, str]:
    chance = random.Random(f"{directory} {number}")
    town, state, postcode = TOWNS[number % len(TOWNS)]
    known = _CODES[directory].split()
    codes = chance.sample(known, k=len(known) * 3 // 5)
    return {
        "name1": f"Example House {number}",
        "street1": f"{number} Mill Street",
        "city": town,
        "state": state,
        "zip": postcode,
        "phone": phone(number),
        "intake1": phone(number + 40_000) if number % 3 == 0 else "",
        "service_code_info": f"{_ALWAYS[directory]} * {' '.join(codes)}",
    }


def next_edition(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The edition after: one in 25 is gone, one in 12 has changed, and some are new."""
    kept = [dict(row) for number, row in enumerate(rows) if number % 25]
    for number, row in enumerate(kept):
        if number % 12 == 0:
            row["phone"] = phone(70_000 + number)
            row["service_code_info"] += " NOE"
            row["intake1"] = ""
    return [*kept, *facilities(len(rows) // 20, start=20_000)]


def write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """Write a CSV file and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def samhsa(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows as a SAMHSA directory."""
    return write(path, SAMHSA_COLUMNS, rows)


def template(path: Path, rows: int) -> Path:
    """Write so many rows in our own template."""
    return write(path, TEMPLATE_COLUMNS, _template_rows(rows))


def _template_rows(rows: int) -> Iterator[dict[str, str]]:
    for number in range(rows):
        town, state, postcode = TOWNS[number % len(TOWNS)]
        yield {
            "id": f"made-up-{number}",
            "name": f"Example House {number}",
            "description": "Made up for a proof of what an import can bear.",
            "service_types": "outpatient; detox" if number % 5 == 0 else "outpatient",
            "facts": "medicaid; lang-es; accepts:women",
            "street": f"{number} Mill Street",
            "city": town,
            "region": state,
            "postcode": postcode,
            "phone": phone(number),
            "website": f"https://example.org/{number}",
            "opening_hours": "Mo-Fr 09:00-17:00",
        }
