"""Postcode areas from the rows of a postcode file.

One postcode often has several rows, one for each place it serves: its point is their mean, its
region that of the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from listings.geocoding.postcode_files import BadPostcodesError, Columns, Row, read_rows
from listings.geocoding.rows import PlaceRow, normal_postcode, place_row
from listings.models.place import Place
from listings.values.geo import Point
from listings.values.states import TERRITORIES
from listings.values.text import clean

_EXAMPLES_KEPT = 20


@dataclass
class PostcodeReport:
    """What was read; `problems` holds (line number, reason) of the first bad rows."""

    read: int = 0
    bad: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        """Count a row that cannot be used."""
        self.bad += 1
        if len(self.problems) < _EXAMPLES_KEPT:
            self.problems.append((line, reason))


@dataclass(slots=True)
class _Area:
    """One postcode while its rows are read; longitudes are summed as offsets from the first."""

    text: str
    region_code: str
    region_name: str
    longitude: float
    count: int = 0
    latitudes: float = 0.0
    offsets: float = 0.0

    def add(self, latitude: float, longitude: float) -> None:
        self.count += 1
        self.latitudes += latitude
        # On a postcode that lies across the antimeridian the offset goes the short way round.
        self.offsets += (longitude - self.longitude + 540) % 360 - 180

    def row(self, country: str) -> PlaceRow:
        point = Point(self.latitudes / self.count, self.longitude + self.offsets / self.count)
        code = normal_postcode(self.text).lower()
        return place_row(
            slug=code if country == "US" else f"{country.lower()}-{code}",
            kind=Place.Kind.POSTCODE,
            name=self.text,
            country=country,
            region_code=self.region_code,
            region_name=self.region_name,
            latitude=round(point.latitude, 5),
            longitude=round(point.longitude, 5),
            source=Place.Source.GEONAMES_POSTAL,
        )


def read_countries(
    path: Path, report: PostcodeReport, only: frozenset[str] = frozenset()
) -> Iterator[tuple[str, list[PlaceRow]]]:
    """The postcode areas of the file, country by country; `only` limits the countries.

    Territories of the United States count as its states. Raises BadPostcodesError, also when the
    rows of one country do not stand together.
    """
    return _by_country(read_rows(path), report, only)


def _by_country(
    rows: Iterator[Row], report: PostcodeReport, only: frozenset[str]
) -> Iterator[tuple[str, list[PlaceRow]]]:
    done: set[str] = set()
    current, areas = "", dict[str, _Area]()
    for line, (columns, cells) in enumerate(rows, start=1):
        if not any(cells):
            continue
        country = cells[columns.country].strip().upper()
        if only and country not in only:
            continue
        report.read += 1
        if country != current:
            if country in done:
                raise BadPostcodesError(
                    f"Line {line}: rows of {country} stand in two parts of the file. "
                    "Nothing was loaded; sort the file by country."
                )
            yield from _finished(current, areas)
            done.add(country)
            current, areas = country, {}
        reason = _collect(areas, country, columns, cells)
        if reason:
            report.reject(line, reason)
    yield from _finished(current, areas)


def _finished(country: str, areas: dict[str, _Area]) -> Iterator[tuple[str, list[PlaceRow]]]:
    if areas:
        mail = "US" if country in TERRITORIES else country
        yield country, [area.row(mail) for area in areas.values()]


def _collect(
    areas: dict[str, _Area], country: str, columns: Columns, cells: list[str]
) -> str | None:
    """Add one row to its postcode; the reason when it cannot be used."""
    if len(cells) != columns.width:
        return f"{len(cells)} columns instead of {columns.width}"
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        return "the country is not two letters"
    text = clean(cells[columns.postcode]).upper()
    code = normal_postcode(text)
    if not code or len(text) > 16 or not code.isascii():
        return "the postcode is not 1 to 16 Latin letters and digits"
    try:
        latitude, longitude = float(cells[columns.latitude]), float(cells[columns.longitude])
    except ValueError:
        return "latitude or longitude is not a number"
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return "the point is not on the Earth"
    area = areas.get(code)
    if area is None:
        area = areas[code] = _new_area(country, text, columns, cells, longitude)
    area.add(latitude, longitude)
    return None


def _new_area(
    country: str, text: str, columns: Columns, cells: list[str], longitude: float
) -> _Area:
    region_code, region_name = cells[columns.region_code].strip(), cells[columns.region_name]
    if country in TERRITORIES:
        region_code, region_name = country, ""
    return _Area(
        text,
        # Numbers are GeoNames' own and tell nobody anything.
        region_code[:10] if region_code.isalpha() else "",
        clean(region_name)[:100],
        longitude,
    )
