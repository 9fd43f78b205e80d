"""Files of postcodes in the two shapes in which GeoNames data travels: bytes to cells.

- GeoNames' own (https://download.geonames.org/export/zip/readme.txt): tab-separated, no header,
  12 columns: country, postcode, place, admin1, code1, admin2, code2, admin3, code3, latitude,
  longitude, accuracy; as .txt or inside a .zip.
- comma-separated with the header `country,postcode,place,admin1,admin1_code,admin2,lat,lon`.

Either may be compressed with gzip. What a file is, is told by its bytes, not by its name.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

CSV_HEADER = ["country", "postcode", "place", "admin1", "admin1_code", "admin2", "lat", "lon"]
_TSV_WIDTH = 12


class BadPostcodesError(Exception):
    """The file as a whole cannot be used; the text says why and what to do."""


class Columns(NamedTuple):
    """How many cells a row has, and where the wanted ones stand."""

    width: int
    country: int
    postcode: int
    region_name: int
    region_code: int
    latitude: int
    longitude: int


_TSV = Columns(_TSV_WIDTH, 0, 1, 3, 4, 9, 10)
_CSV = Columns(len(CSV_HEADER), 0, 1, 3, 4, 6, 7)

Row = tuple[Columns, list[str]]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of the file with its columns; the header of a CSV file is an empty row.

    Raises BadPostcodesError when the file cannot be read to its end or is of another shape.
    """
    try:
        with _open_text(path) as lines:
            yield from _cells(lines, path)
    except (
        OSError, EOFError, zlib.error, zipfile.BadZipFile, csv.Error, UnicodeDecodeError,
    ) as error:  # fmt: skip
        raise BadPostcodesError(
            f"{path} cannot be read to its end ({error}). Nothing was loaded; download it again."
        ) from error


@contextmanager
def _open_text(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        if start.startswith(b"PK"):
            with zipfile.ZipFile(raw) as archive, archive.open(_member(archive, path)) as data:
                yield io.TextIOWrapper(data, encoding="utf-8-sig", newline="")
        elif start.startswith(b"\x1f\x8b"):
            with gzip.open(raw, "rt", encoding="utf-8-sig", newline="") as lines:
                yield lines
        else:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def _member(archive: zipfile.ZipFile, path: Path) -> str:
    names = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv"))]
    tables = [name for name in names if Path(name).stem.lower() != "readme"]
    if len(tables) != 1:
        raise BadPostcodesError(
            f"{path} holds {len(tables)} tables; unpack it and load each of them by itself."
        )
    return tables[0]


def _cells(lines: IO[str], path: Path) -> Iterator[Row]:
    """The rows with the shape of the file, recognised by its first line."""
    first = lines.readline()
    if [cell.strip().lower() for cell in first.split(",")] == CSV_HEADER:
        yield _CSV, []
        for cells in csv.reader(lines):
            yield _CSV, cells
    elif first.count("\t") == _TSV_WIDTH - 1:
        yield _TSV, first.rstrip("\r\n").split("\t")
        for line in lines:
            yield _TSV, line.rstrip("\r\n").split("\t")
    else:
        raise BadPostcodesError(
            f"{path} has neither the 12 tab-separated columns of a GeoNames postal file nor the "
            f"header {','.join(CSV_HEADER)}. Nothing was loaded."
        )
