"""The XML inside a workbook, looked through before openpyxl builds a tree from it.

openpyxl forgets a row or a shared text once it is read and keeps every other element until the
end of the part, so few bytes can take gigabytes (a “billion laughs” without entities). Here each
part is streamed through expat, which keeps nothing.
"""

import posixpath
import re
from typing import IO, Any, Final
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS

STREAMED: Final = re.compile(r"xl/(worksheets/[^/]*|sharedStrings)\.xml", re.IGNORECASE)
"""The parts that openpyxl reads piece by piece; it holds every other one as a whole."""

MAX_SHEETS: Final = 50
MAX_TEXTS: Final = 300_000
MAX_ELEMENTS: Final = 5_000_000
MAX_OUTSIDE: Final = 20_000
"""Elements of a streamed part outside its rows or texts: column widths, links, merged cells."""
MAX_INSIDE: Final = 50_000
"""Elements within one row: the 16,384 columns of Excel, with a value and a formula in each."""
MAX_DEPTH: Final = 20
MAX_SMALL_ELEMENTS: Final = 100_000
MAX_SMALL_DEPTH: Final = 50
MAX_ATTRIBUTES: Final = 100
MAX_NAME: Final = 500
"""Characters of a namespace: it is repeated in the name of each element."""
MAX_STRETCH: Final = 2_000_000
"""Bytes of a streamed part in which no row and no text begins."""
_CHUNK: Final = 65_536
_MAIN: Final = f"{SHEET_MAIN_NS}}}"


class Refused(ValueError):
    """A part is beyond a limit; the text goes on after the name of the file."""


class Parts:
    """What the parts of one workbook may hold. Give it each part, then call `check_sheets`."""

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self._sheet_ids: list[str] = []
        self._text_ids: set[str] = set()

    def scan(self, name: str, stream: IO[bytes]) -> None:
        """Look through one part. Raises Refused at the first thing that is too much.

        Where the XML is broken the look ends: openpyxl can read no further either.
        """
        scanner: _Scanner
        if not STREAMED.fullmatch(name):
            scanner = _Small(name, self._sheet_ids, self._text_ids)
        elif "/worksheets/" in name.lower():
            scanner = _Streamed("row", self._max_rows, "a sheet of more than {:,} rows")
        else:
            scanner = _Streamed("si", MAX_TEXTS, "more than {:,} different texts")
        try:
            while chunk := stream.read(_CHUNK):
                scanner.feed(chunk)
        except expat.ExpatError:
            return

    def check_sheets(self) -> None:
        """Raises Refused when the sheets are too many or a sheet is not one."""
        if len(self._sheet_ids) > MAX_SHEETS:
            raise Refused(f"has {len(self._sheet_ids):,} sheets, more than {MAX_SHEETS}")
        if self._text_ids.intersection(self._sheet_ids):
            raise Refused("names its table of texts as a sheet")


class _Scanner:
    """Counts and depth of one part."""

    max_depth: int

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartNamespaceDeclHandler = _check_namespace

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the part."""
        self._parser.Parse(chunk, False)

    def _start(self, tag: str, attributes: list[str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.max_depth:
            raise Refused(f"holds XML nested more than {self.max_depth} deep")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise Refused(f"holds an XML element of more than {MAX_ATTRIBUTES} attributes")

    def _end(self, _tag: str) -> None:
        self.depth -= 1


class _Streamed(_Scanner):
    """A sheet or the table of texts: units that are forgotten once read, and little else."""

    max_depth = MAX_DEPTH

    def __init__(self, unit: str, most: int, words: str) -> None:
        super().__init__()
        self._unit = _MAIN + unit
        self._most, self._words = most, words
        self._units = 0
        self._unit_depth = 0
        self._unit_began = 0
        self._outside = 0
        self._stretch = 0

    def feed(self, chunk: bytes) -> None:
        units = self._units
        super().feed(chunk)
        self._stretch = self._stretch + len(chunk) if units == self._units else 0
        if self._stretch > MAX_STRETCH:
            raise Refused(f"holds a row or text of more than {MAX_STRETCH:,} bytes")

    def _start(self, tag: str, attributes: list[str]) -> None:
        super()._start(tag, attributes)
        if tag == self._unit:
            self._begin_unit()
        elif self._unit_depth:
            if self.elements - self._unit_began > MAX_INSIDE:
                raise Refused(f"holds a row or text of more than {MAX_INSIDE:,} XML elements")
        else:
            self._outside += 1
            if self._outside > MAX_OUTSIDE:
                raise Refused(f"holds more than {MAX_OUTSIDE:,} XML elements outside its rows")
        if self.elements > MAX_ELEMENTS:
            raise Refused(f"holds a part of more than {MAX_ELEMENTS:,} XML elements")

    def _begin_unit(self) -> None:
        self._units += 1
        if self._units > self._most:
            raise Refused(f"has {self._words.format(self._most)}")
        if not self._unit_depth:
            self._unit_depth = self.depth
            self._unit_began = self.elements

    def _end(self, _tag: str) -> None:
        if self.depth == self._unit_depth:
            self._unit_depth = 0
        self.depth -= 1


class _Small(_Scanner):
    """Any other part; what it says of sheets and of the streamed parts is noted."""

    max_depth = MAX_SMALL_DEPTH

    def __init__(self, name: str, sheet_ids: list[str], text_ids: set[str]) -> None:
        super().__init__()
        # As openpyxl resolves them: a target is relative to the folder above “_rels”.
        self._folder = posixpath.dirname(posixpath.dirname(name))
        self._sheet_ids, self._text_ids = sheet_ids, text_ids

    def _start(self, tag: str, attributes: list[str]) -> None:
        super()._start(tag, attributes)
        if self.elements > MAX_SMALL_ELEMENTS:
            raise Refused(f"holds a part of more than {MAX_SMALL_ELEMENTS:,} XML elements")
        local = tag.rpartition("}")[2]
        if local == "sheet":
            self._sheet_ids.append(_id(attributes))
        elif local in ("Override", "Relationship"):
            self._note_kind(attributes)

    def _note_kind(self, attributes: list[str]) -> None:
        """Refuse a streamed part declared to be of a kind that is held as a whole."""
        values = attributes[1::2]
        for target in filter(None, map(self._streamed_name, values)):
            kind = "worksheet" if "/worksheets/" in target.lower() else "sharedStrings"
            # A part whose type mentions a chart sheet is read as one, whatever else it says.
            known = any(value.endswith((f"/{kind}", f".{kind}+xml")) for value in values)
            if not known or any("chartsheet" in value for value in values):
                raise Refused(f"declares {target[:60]} to be something else")
            if kind == "sharedStrings":
                self._text_ids.add(_id(attributes))

    def _streamed_name(self, target: str) -> str:
        resolved = posixpath.normpath(posixpath.join(self._folder, target))
        names = (target, target[1:], resolved)
        return next((name for name in names if STREAMED.fullmatch(name)), "")


def _id(attributes: list[str]) -> str:
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return next((value for name, value in pairs if name.rpartition("}")[2].lower() == "id"), "")


def _refuse_doctype(*_declared: Any) -> None:
    raise Refused("cannot be read as a workbook: it declares XML entities or a document type")


def _check_namespace(_prefix: str | None, uri: str | None) -> None:
    if uri and len(uri) > MAX_NAME:
        raise Refused(f"holds an XML namespace of more than {MAX_NAME} characters")
