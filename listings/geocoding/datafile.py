"""The committed gazetteer file: tab-separated text, compressed with xz.

The first line is `gazetteer 1`, the second names the columns, then one place a line, sorted.
Empty means not known. `names` are joined by `|`; `group` says what kind of place it is and whose.
"""

import hashlib
import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from listings.geocoding.rows import PlaceRow, place_row
from listings.models.place import Place

DATA = Path(__file__).parent / "data"
GAZETTEER = DATA / "gazetteer.tsv.xz"
BORDERS = DATA / "borders.json.xz"

FORMAT = "gazetteer 1"

_GROUPS = {
    # group: kind, source, precision of the point
    "country": (Place.Kind.COUNTRY, Place.Source.GEONAMES, Place.Precision.CENTROID),
    "state": (Place.Kind.REGION, Place.Source.US_ATLAS, Place.Precision.CENTROID),
    "province": (Place.Kind.REGION, Place.Source.GEONAMES, Place.Precision.CENTROID),
    "county": (Place.Kind.COUNTY, Place.Source.US_ATLAS, Place.Precision.CENTROID),
    "prefix": (Place.Kind.POSTCODE, Place.Source.CENSUS, Place.Precision.PREFIX),
    "zip": (Place.Kind.POSTCODE, Place.Source.CENSUS, Place.Precision.CENTROID),
    "town": (Place.Kind.TOWN, Place.Source.GEONAMES, Place.Precision.CENTROID),
}


class BadGazetteerError(Exception):
    """The file is not a gazetteer; the text says what to do."""


class Entry(NamedTuple):
    """One line of the file."""

    group: str
    slug: str
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int | None = None
    prominence: int = 0
    radius_miles: float | None = None
    timezone: str = ""
    names: tuple[str, ...] = ()

    def row(self) -> PlaceRow:
        """The entry as a row of Place."""
        kind, source, precision = _GROUPS[self.group]
        return place_row(
            slug=self.slug,
            kind=kind,
            name=self.name,
            country=self.country,
            region_code=self.region,
            latitude=self.latitude,
            longitude=self.longitude,
            population=self.population,
            # A town is as prominent as it has people; the file does not say it twice.
            prominence=self.prominence or self.population or 0,
            radius_miles=self.radius_miles,
            precision=precision,
            timezone=self.timezone,
            source=source,
        )


def write_gazetteer(entries: Iterable[Entry], path: Path) -> None:
    """Write the file; the same entries give the same bytes with the same liblzma."""
    lines = [FORMAT, "\t".join(Entry._fields)]
    lines += ["\t".join(_cells(entry)) for entry in sorted(entries, key=_place_in_file)]
    text = ("\n".join(lines) + "\n").encode()
    path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))


def _place_in_file(entry: Entry) -> tuple[int, str, str, str, str, str]:
    group = list(_GROUPS).index(entry.group)
    return group, entry.country, entry.region, entry.timezone, entry.name, entry.slug


def _cells(entry: Entry) -> list[str]:
    cells = ["|".join(cell) if isinstance(cell, tuple) else cell for cell in entry]
    return ["" if cell is None or cell == 0 else str(cell) for cell in cells]


def read_gazetteer(path: Path) -> Iterator[Entry]:
    """The entries of the file, one by one. Raises BadGazetteerError."""
    try:
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            if next(lines, "").strip() != FORMAT or next(lines, "").split() != [*Entry._fields]:
                raise BadGazetteerError(
                    f"{path.name} is not a gazetteer of this version; "
                    "restore it from the repository or run build_gazetteer."
                )
            for line in lines:
                yield _entry(line)
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError, ValueError) as error:
        raise BadGazetteerError(
            f"{path} cannot be read ({error}); restore it from the repository."
        ) from error


def _entry(line: str) -> Entry:
    cells = line.rstrip("\n").split("\t")
    group, slug, name, country, region, lat, lon, people, prominence, radius, zone, names = cells
    return Entry(
        group,
        slug,
        name,
        country,
        region,
        float(lat or 0),
        float(lon or 0),
        int(people) if people else None,
        int(prominence or 0),
        float(radius) if radius else None,
        zone,
        tuple(names.split("|")) if names else (),
    )


def content_hash(path: Path) -> str:
    """SHA-256 of the file in hexadecimal. Raises BadGazetteerError when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadGazetteerError(
            f"{path} cannot be read ({error}); restore it from the repository."
        ) from error
