"""Where a listing is: the columns that follow from a point, or from an address without one."""

from typing import Any

from listings.geocoding.address import locate_address
from listings.geocoding.online import online_geocoder
from listings.models import Listing
from listings.values.geo import Point
from listings.values.timezones import timezone_at

ADDRESS = ("street", "city", "region", "postcode", "country")
POINT = ("latitude", "longitude")


def exact(point: Point) -> dict[str, Any]:
    """The columns for a point that its source gave for the address itself."""
    return _columns(point, Listing.Precision.EXACT.value)


def by_address(street: str, city: str, region: str, postcode: str, country: str) -> dict[str, Any]:
    """The columns for the best point that the gazetteer has for an address; empty without one."""
    located = locate_address(street, city, region, postcode, country)
    if located:
        return _columns(located.point, located.precision)
    return {"latitude": None, "longitude": None, "precision": "", "timezone": ""}


def look_up(
    street: str, city: str, region: str, postcode: str, country: str
) -> dict[str, Any] | None:
    """The columns for the point that the online geocoder knows; None without one, or without it.

    For curators' addresses only, and outside a transaction: it may take seconds the first time.
    Raises GeocodingError when the service cannot be asked now.
    """
    geocoder = online_geocoder()
    if geocoder is None or not street:
        return None
    whole = ", ".join(part for part in (street, city, f"{region} {postcode}".strip()) if part)
    point = geocoder.locate(whole, country)
    return exact(point) if point else None


def blur(listing: Listing) -> None:
    """Move a listing whose address is withheld from its door to the middle of its area.

    Its distance is searched by anyone: from three places it would give the door away.
    """
    if listing.address_withheld and listing.precision == Listing.Precision.EXACT:
        area = (listing.city, listing.region, listing.postcode, listing.country)
        for name, value in by_address("", *area).items():
            setattr(listing, name, value)


def _columns(point: Point, precision: str) -> dict[str, Any]:
    return {
        "latitude": point.latitude,
        "longitude": point.longitude,
        "precision": precision,
        "timezone": timezone_at(point),
    }
