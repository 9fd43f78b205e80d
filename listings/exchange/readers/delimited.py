"""CSV: rows of texts from lines, each bounded, so that no file can fill the memory."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple, TextIO

MAX_RECORD: Final = 1_000_000
"""Characters that one row may have; a longer one is put aside."""

DELIMITERS: Final = (",", ";", "\t")


class RawRow(NamedTuple):
    """A row before its columns are known: line number, texts, and what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""


class _TooLongError(Exception):
    """A row has more than MAX_RECORD characters."""


class _Lines:
    """Lines for the csv module, bounded, with a count of what the row in hand has used."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number = 0
        self._size = 0
        self._quotes = 0

    def start_row(self) -> int:
        """Forget the last row; the number of the line where the next one starts."""
        self._size = self._quotes = 0
        return self.number + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD)
        if not line:
            raise StopIteration
        self._count(line)
        self.number += 1
        if self._size >= MAX_RECORD:
            self._finish_line(line)
            raise _TooLongError
        return line.replace("\0", "")

    def skip_open_quote(self) -> None:
        """Read on to the line that closes the quote which the row in hand left open."""
        while self._quotes % 2:
            line = self._text.readline(MAX_RECORD)
            if not line:
                return
            self.number += 1
            self._count(line)
            self._finish_line(line)

    def _finish_line(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(MAX_RECORD)
            self._count(line)

    def _count(self, line: str) -> None:
        self._size += len(line)
        self._quotes += line.count('"')


def read_delimited(stream: BinaryIO, *, encoding: str, delimiter: str) -> Iterator[RawRow]:
    """Yield the rows of a CSV file; rows that cannot be read carry a sentence as problem.

    Line ends may be LF, CRLF or bare CR. The stream stays open.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        lines = _Lines(text)
        parser = csv.reader(lines, delimiter=delimiter, strict=True)
        while (row := _next_row(parser, lines)) is not None:
            yield row
    finally:
        if not stream.closed:
            text.detach()


def _next_row(parser: Iterator[list[str]], lines: _Lines) -> RawRow | None:
    first = lines.start_row()
    try:
        return RawRow(first, next(parser))
    except StopIteration:
        return None
    except _TooLongError:
        lines.skip_open_quote()
        what = f"has more than {MAX_RECORD:,} characters"
    except csv.Error as error:
        if "field limit" in str(error):
            lines.skip_open_quote()
            what = f"has a cell of more than {csv.field_size_limit():,} characters"
        elif "unexpected end of data" in str(error):
            what = "opens a quote that is never closed"
        else:
            what = "has text after a closing quote"
    where = f"Lines {first} to {lines.number}: the row" if lines.number > first else "The row"
    return RawRow(first, [], f"{where} {what}. Correct the quotes or shorten the cell.")
