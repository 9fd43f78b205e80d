"""XLSX: rows of texts from a workbook that may have been made to harm.

Limits of REQUIREMENTS S12, checked in the archive's directory first, then in the XML of each
part; while streaming, zipfile never gives more bytes of an entry than the directory promised.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from listings.exchange.readers.delimited import RawRow
from listings.exchange.readers.workbook_parts import STREAMED, Parts, Refused
from listings.exchange.records import ReadError
from listings.values.text import clean

MAX_COMPRESSED: Final = 5_000_000
MAX_UNPACKED: Final = 50_000_000
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 200
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
MAX_SMALL_PART: Final = 2_000_000
"""Bytes of a part that is read whole (styles, relations): everything but sheets and texts."""

_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError)
_AS_CSV = "Save the sheet as “CSV UTF-8” and import that."


def read_sheets(stream: BinaryIO, *, name: str) -> Iterator[tuple[str, Iterator[RawRow]]]:
    """Yield each sheet's title and rows. The stream stays open.

    Formulas are never calculated: a row that has one carries a sentence as problem.
    Raises ReadError when the workbook is broken or beyond a limit.
    """
    _check_archive(stream, name)
    _check_parts(stream, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        sheets = list(book.worksheets)
    except Exception as error:  # broken parts raise whatever the parser stumbled over
        raise _broken(name, error) from error
    for sheet in sheets:
        yield str(sheet.title), _rows(sheet, name)


def _broken(name: str, error: Exception) -> ReadError:
    what = type(error).__name__
    if isinstance(error, KeyError | zipfile.BadZipFile | InvalidFileException):
        what = "parts of it are missing or damaged"
    return ReadError(f"{name} cannot be read as a workbook ({what}). {_AS_CSV}")


def _check_archive(stream: BinaryIO, name: str) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > MAX_COMPRESSED:
        raise _too_big(name, f"has {size:,} bytes, more than {MAX_COMPRESSED:,}")
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except _BROKEN_ARCHIVE as error:
        raise _broken(name, zipfile.BadZipFile()) from error
    if len(entries) > MAX_ENTRIES:
        raise _too_big(name, f"has {len(entries):,} parts, more than {MAX_ENTRIES}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise _too_big(name, f"unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}")
    for entry in entries:
        _check_entry(entry, name)
    if sum(entry.compress_size for entry in entries) > size:
        raise _too_big(name, "has parts that overlap")


def _check_parts(stream: BinaryIO, name: str) -> None:
    # Every part, whatever it is called: the workbook itself says which one is the styles.
    parts = Parts(MAX_ROWS)
    try:
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    parts.scan(entry.filename, part)
        parts.check_sheets()
    except Refused as refused:
        raise _too_big(name, str(refused)) from refused
    except _BROKEN_ARCHIVE as error:
        raise _broken(name, zipfile.BadZipFile()) from error


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & 0x1:
        raise ReadError(f"{name} is protected by a password. Save it without one.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _too_big(name, "is packed in a way that workbooks never are")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1000):
        raise _too_big(name, f"holds a part that unpacks to over {MAX_RATIO} times its size")
    if entry.file_size > MAX_SMALL_PART and not STREAMED.fullmatch(entry.filename):
        raise _too_big(name, f"holds an unusually large part ({clean(entry.filename)[:60]})")


def _too_big(name: str, what: str) -> ReadError:
    return ReadError(f"{name} {what}. {_AS_CSV}")


def _rows(sheet: Any, name: str) -> Iterator[RawRow]:
    # The size a sheet states is a claim; a false one makes millions of empty cells.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except Exception as error:  # as above: any error of the parser means a broken file
            raise _broken(name, error) from error
        if cells is None:
            return
        number += 1
        if number > MAX_ROWS:
            raise _too_big(name, f"has a sheet of more than {MAX_ROWS:,} rows")
        yield _row(number, cells)


def _row(number: int, cells: tuple[Any, ...]) -> RawRow:
    texts = [_text(cell.value) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    for place, cell in enumerate(cells[: len(texts)]):
        if cell.data_type == "f":
            problem = (
                f"Column {place + 1} holds a formula, which is never calculated. "
                "Copy the column and paste it as values."
            )
            return RawRow(number, texts, problem)
    return RawRow(number, texts)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)
