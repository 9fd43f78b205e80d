"""Tables: a CSV or XLSX file as rows under named columns, whatever program saved it."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from listings.exchange.readers.delimited import DELIMITERS, RawRow, read_delimited
from listings.exchange.readers.encodings import find_encoding
from listings.exchange.readers.workbook import read_sheets
from listings.exchange.records import ReadError
from listings.values.text import clean

HEADER_ROWS: Final = 20
"""How far down a header is looked for: people put titles above their tables."""

_NOT_LETTER = re.compile(r"[^a-z0-9]+")
_DANGEROUS = re.compile(r"(?:^|[\r\n])\s*[=+\-@]|^[\t\r]")
_REFUSED: Final = (
    (b"\xd0\xcf\x11\xe0", "is an old or password-protected Excel file. Save it as .xlsx or CSV."),
    (b"%PDF", "is a PDF. Ask its publisher for the CSV or Excel file."),
    (b"\x1f\x8b", "is compressed with gzip. Unpack it first."),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column a reader knows; ``required`` ones must stand in the header."""

    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: line number, texts by column (only those that hold some), what is wrong."""

    number: int
    cells: dict[str, str]
    problem: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The columns found, as the reader knows them or as the file names them, and the rows."""

    columns: tuple[str, ...]
    rows: Iterator[TableRow]


def needs_guard(text: str) -> bool:
    """Whether a spreadsheet would take this text, or a line of it, for a formula.

    True too for a text that already looks guarded, so that guard and `unguard` are inverse.
    """
    return bool(_DANGEROUS.search(text.removeprefix("'")))


def unguard(text: str) -> str:
    """The text without the one leading apostrophe that our exports put before formulas."""
    if text.startswith("'") and needs_guard(text[1:]):
        return text[1:]
    return text


def read_table(stream: BinaryIO, *, name: str, columns: Sequence[Column]) -> Table:
    """Read the one table of a CSV or XLSX file whose header has the required columns.

    Headers are matched without case, spaces and punctuation. Raises ReadError when there is no
    such table, naming the columns missing and found, or when there are two.
    """
    stream.seek(0)
    start = stream.read(512)
    for mark, what in _REFUSED:
        if start.startswith(mark):
            raise ReadError(f"{name} {what}")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html")):
        raise ReadError(f"{name} is a web page, not a table. Check the address or the file.")
    if start.startswith(b"PK\x03\x04"):
        return _workbook_table(stream, name, columns)
    encoding = find_encoding(stream, name=name)
    delimiter = _find_delimiter(stream, encoding, columns)
    return _table(read_delimited(stream, encoding=encoding, delimiter=delimiter), name, columns)


def _find_delimiter(stream: BinaryIO, encoding: str, columns: Sequence[Column]) -> str:
    stream.seek(0)
    sample = stream.read(65_536).decode(encoding, errors="ignore").encode()

    def fit(delimiter: str) -> tuple[int, int]:
        rows = read_delimited(io.BytesIO(sample), encoding="utf-8", delimiter=delimiter)
        header = _best_header(islice(rows, HEADER_ROWS), columns)
        return len(_known(header.cells, columns)), len(header.cells)

    return max(DELIMITERS, key=fit)


def _workbook_table(stream: BinaryIO, name: str, columns: Sequence[Column]) -> Table:
    found: list[Table] = []
    problems: list[ReadError] = []
    for title, rows in read_sheets(stream, name=name):
        try:
            found.append(_table(rows, f"{name}, sheet “{clean(title)[:40]}”", columns))
        except ReadError as error:
            problems.append(error)
    if len(found) > 1:
        raise ReadError(f"{name} has {len(found)} such sheets. Save each as a file of its own.")
    if not found:
        raise problems[0] if problems else ReadError(f"{name} has no sheet.")
    return found[0]


def _table(raw_rows: Iterator[RawRow], name: str, columns: Sequence[Column]) -> Table:
    head = list(islice(raw_rows, HEADER_ROWS))
    header = _best_header(iter(head), columns)
    known = _known(header.cells, columns)
    missing = [column.name for column in columns if column.required and column.name not in known]
    if missing:
        found = ", ".join(filter(None, (clean(cell)[:40] for cell in header.cells[:30]))) or "none"
        raise ReadError(
            f"{name}: the header lacks the columns {', '.join(missing)}. "
            f"Columns found: {found}. Check that this is the right file for this source."
        )
    repeated = sorted({column for column in known if known.count(column) > 1})
    if repeated:
        raise ReadError(f"{name}: the header names {', '.join(repeated)} twice. Rename one.")
    labels = _labels(header.cells, columns)
    below = (row for row in head if row.number > header.number)
    return Table(tuple(labels), _table_rows(chain(below, raw_rows), labels))


def _key(text: str) -> str:
    return _NOT_LETTER.sub("", text.lower())


def _known(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    names = {_key(column.name): column.name for column in columns}
    return [names[key] for key in map(_key, cells) if key in names]


def _best_header(rows: Iterator[RawRow], columns: Sequence[Column]) -> RawRow:
    readable = [row for row in rows if any(cell.strip() for cell in row.cells)]
    return max(readable, key=lambda row: len(_known(row.cells, columns)), default=RawRow(0, []))


def _labels(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    names = {_key(column.name): column.name for column in columns}
    labels: list[str] = []
    for place, cell in enumerate(cells, 1):
        label = names.get(_key(cell)) or " ".join(cell.split())[:100] or f"column {place}"
        labels.append(label if label not in labels else f"{label} ({place})")
    return labels


def _table_rows(rows: Iterator[RawRow], labels: Sequence[str]) -> Iterator[TableRow]:
    for number, texts, problem in rows:
        extra = [text for text in texts[len(labels) :] if text.strip()]
        if extra and not problem:
            problem = (
                f"The row has {len(texts)} cells, the header {len(labels)}. "
                "Put quotes around texts that contain the separator."
            )
        cells = {label: unguard(text) for label, text in zip(labels, texts, strict=False) if text}
        yield TableRow(number, cells, problem)
