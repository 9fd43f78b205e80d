import io
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from listings.exchange.readers import READERS
from listings.exchange.records import BadRow, ListingRecord, OutOfScope, Row

FIXTURES = Path(__file__).parents[2] / "fixtures"


def read_bytes(reader: str, content: bytes, name: str = "file") -> list[Row]:
    return list(READERS[reader](io.BytesIO(content), name=name).rows)


def read_fixture(reader: str, name: str) -> list[Row]:
    return read_bytes(reader, (FIXTURES / name).read_bytes(), name)


def records(rows: Iterable[Row]) -> list[ListingRecord]:
    return [row for row in rows if isinstance(row, ListingRecord)]


def bad(rows: Iterable[Row]) -> dict[int, str]:
    return {row.row: row.reason for row in rows if isinstance(row, BadRow)}


def out_of_scope(rows: Iterable[Row]) -> dict[int, str]:
    return {row.row: row.reason for row in rows if isinstance(row, OutOfScope)}


def xlsx(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
