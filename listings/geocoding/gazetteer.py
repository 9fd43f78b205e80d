"""The offline gazetteer: a geopy geocoder over the Place table, and what pages ask of it."""

from typing import Any, NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from listings.geocoding.borders import state_of
from listings.geocoding.errors import GeocodingError
from listings.geocoding.finding import PlaceMatches, find_places
from listings.models.place import Place
from listings.values.geo import (
    Point,
    bounding_boxes,
    haversine_miles,
)

__all__ = ["Gazetteer", "PlaceMatches", "find_places", "nearest_place", "state_of"]

# Towns lie some miles apart; only in deserts the later circles are needed. Far out at sea nothing
# is near, and to find that out would take half a second.
_CIRCLES_MILES = (3.0, 12.0, 50.0, 200.0)


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Refuses every request: this geocoder has no server to ask."""

    def get_json(self, url: str, **options: Any) -> NoReturn:
        raise GeocodingError("The gazetteer works offline and asks no server.")

    get_text = get_json


class Gazetteer(Geocoder):  # type: ignore[misc]  # geopy has no types
    """geopy's interface to `find_places` and `nearest_place`."""

    def __init__(self, *, home_country: str = "US") -> None:
        super().__init__(scheme="https", user_agent="offline gazetteer", adapter_factory=_adapter)
        self.home_country = home_country

    def geocode(
        self, query: str, *, exactly_one: bool = True, country: str | None = None
    ) -> Location | list[Location] | None:
        """The likeliest place, or all of them; None when nothing was found.

        `country` (ISO 3166-1) is preferred to the home country. The Place is in `raw`.
        """
        found = find_places(query, country or self.home_country).matches
        locations = [_location(place) for place in found]
        if exactly_one:
            return locations[0] if locations else None
        return locations or None

    def reverse(
        self, query: Point | tuple[float, float], *, exactly_one: bool = True
    ) -> Location | list[Location] | None:
        """The nearest town; None when the gazetteer is empty."""
        place = nearest_place(query if isinstance(query, Point) else Point(*query))
        if place is None:
            return None
        return _location(place) if exactly_one else [_location(place)]


def _adapter(*, proxies: Any, ssl_context: Any) -> _NoNetwork:
    return _NoNetwork(proxies=proxies, ssl_context=ssl_context)


def _location(place: Place) -> Location:
    point = GeopyPoint(place.latitude, place.longitude)
    return Location(place.label, point, {"place": place})


def nearest_place(point: Point) -> Place | None:
    """The town nearest to the point; None when the gazetteer knows none within 200 miles."""
    for radius in _CIRCLES_MILES:
        towns = Place.objects.towns().in_boxes(bounding_boxes(point, radius))
        positions = towns.values_list("latitude", "longitude", "pk")
        distances = (
            (haversine_miles(point, Point(latitude, longitude)), pk)
            for latitude, longitude, pk in positions.iterator()
        )
        # What the corners of a box hold may be further than a town outside the box.
        distance, nearest = min(distances, default=(radius, None))
        if nearest is not None and distance <= radius:
            return Place.objects.get(pk=nearest)
    return None
