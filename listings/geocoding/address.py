"""The point of a street address without a service: its postcode, failing that its town."""

from typing import Literal, NamedTuple

from listings.geocoding.rows import normal_postcode
from listings.geocoding.typed import postcodes, zip_code
from listings.models.place import Place
from listings.values.geo import Point
from listings.values.text import clean, fold_place, fold_variants

LocatedPrecision = Literal["postcode", "postcode-prefix", "town"]


class Located(NamedTuple):
    """A point, what it stands for, and the place it was taken from."""

    point: Point
    precision: LocatedPrecision
    place: Place


def locate_address(
    street: str, city: str, region: str, postcode: str, country: str = "US"
) -> Located | None:
    """The best point the gazetteer has for an address; None when it has none.

    In turn: the postcode, the town in that region, the middle of the ZIP codes that begin alike.
    The street is not looked at: it stands here so that online geocoders can take its place.
    """
    exact = _postcode(postcode, country)
    if exact:
        return Located(exact.point, "postcode", exact)
    town = _town(city, region, country)
    if town:
        return Located(town.point, "town", town)
    prefix = _prefix(postcode, country)
    return Located(prefix.point, "postcode-prefix", prefix) if prefix else None


def _postcode(text: str, country: str) -> Place | None:
    codes = _codes(text, country)
    found = Place.objects.with_postcode(codes).filter(
        country=country, precision=Place.Precision.CENTROID
    )
    return min(found, key=lambda place: codes.index(place.postcode), default=None)


def _codes(text: str, country: str) -> list[str]:
    if country == "US":
        code = zip_code(clean(text))
        return [code] if code else []
    first_parts = [part.code for part in postcodes(clean(text)) if part.country == country]
    whole = normal_postcode(clean(text))
    return [whole, *first_parts] if whole else []


def _town(city: str, region: str, country: str) -> Place | None:
    """The most populous town of that name; a region that is given must fit."""
    if not city:
        return None
    names = list(fold_variants(fold_place(city)))
    pks = {pk for found in Place.objects.pks_known_as(names).values() for pk in found}
    towns = Place.objects.towns().filter(country=country, pk__in=pks)
    if region:
        wanted = fold_place(region)
        fitting = [
            town
            for town in towns.preferring(country, names[0])
            if wanted in (fold_place(town.region_code), fold_place(town.region_name))
        ]
        return fitting[0] if fitting else None
    return towns.preferring(country, names[0]).first()


def _prefix(text: str, country: str) -> Place | None:
    code = zip_code(clean(text)) if country == "US" else None
    if code is None:
        return None
    return (
        Place.objects.with_postcode([code[:3]])
        .filter(country="US", precision=Place.Precision.PREFIX)
        .first()
    )
