"""A place as a row of the table, before it is written."""

from typing import NamedTuple

from listings.models.place import Place
from listings.values.states import REGION_NAMES
from listings.values.text import fold_place

AREA_KINDS = (Place.Kind.REGION, Place.Kind.COUNTRY)


class PlaceRow(NamedTuple):
    """The columns of Place in the order in which they are written, without the id."""

    slug: str
    kind: str
    name: str
    name_folded: str
    country: str
    region_code: str
    region_name: str
    postcode: str
    latitude: float
    longitude: float
    population: int | None
    prominence: int
    radius_miles: float | None
    by_address: bool
    precision: str
    timezone: str
    source: str


def place_row(
    *,
    slug: str,
    kind: str,
    name: str,
    country: str,
    latitude: float,
    longitude: float,
    source: str,
    region_code: str = "",
    region_name: str = "",
    population: int | None = None,
    prominence: int = 0,
    radius_miles: float | None = None,
    precision: str = Place.Precision.CENTROID,
    timezone: str = "",
) -> PlaceRow:
    """A row with the columns that follow from others filled in."""
    return PlaceRow(
        slug=slug,
        kind=kind,
        name=name,
        name_folded=fold_place(name),
        country=country,
        region_code=region_code,
        region_name=region_name or REGION_NAMES.get(country, {}).get(region_code, ""),
        postcode=normal_postcode(name) if kind == Place.Kind.POSTCODE else "",
        latitude=latitude,
        longitude=longitude,
        population=population,
        prominence=prominence,
        radius_miles=radius_miles,
        by_address=kind in AREA_KINDS,
        precision=precision,
        timezone=timezone,
        source=source,
    )


def normal_postcode(text: str) -> str:
    """A postcode in capitals without spaces, hyphens and other marks: `m5v 3l9` is M5V3L9."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
