"""Points on the Earth, distances in miles, and the boxes that hold a circle.

Distances are great-circle distances on the mean sphere: the figures people see may differ by up
to 0.5 % from the ellipsoid, which is less than the error of a postcode's centroid.
"""

import math
from dataclasses import dataclass

EARTH_RADIUS_MILES = 3958.7613
"""Mean radius of the Earth, 6371.0088 km (IUGG 1980), in statute miles."""

KM_PER_MILE = 1.609344
MILES_PER_KM = 1 / KM_PER_MILE

HALF_CIRCUMFERENCE_MILES = math.pi * EARTH_RADIUS_MILES

# Widens every box by about 4 inches, so that rounding never loses a point on the rim.
_MARGIN_DEGREES = 1e-6


def km_to_miles(km: float) -> float:
    """Kilometres as statute miles."""
    return km / KM_PER_MILE


def miles_to_km(miles: float) -> float:
    """Statute miles as kilometres."""
    return miles * KM_PER_MILE


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees (WGS 84); longitudes are brought into -180..180.

    Raises ValueError when a coordinate is not a finite number, the latitude lies beyond a pole,
    or the longitude is more than one turn away.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and math.isfinite(self.longitude)):
            raise ValueError("Latitude and longitude must be finite numbers.")
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"Latitude {self.latitude} is not between -90 and 90.")
        if not -360 <= self.longitude <= 360:
            raise ValueError(f"Longitude {self.longitude} is not between -360 and 360.")
        object.__setattr__(self, "longitude", _normal_longitude(self.longitude))


def _normal_longitude(longitude: float) -> float:
    if -180 <= longitude <= 180:
        return longitude
    return longitude - math.copysign(360, longitude)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees that never crosses the antimeridian (west <= east)."""

    south: float
    west: float
    north: float
    east: float

    def __contains__(self, point: Point) -> bool:
        return (
            self.south <= point.latitude <= self.north and self.west <= point.longitude <= self.east
        )


WHOLE_EARTH = Box(south=-90, west=-180, north=90, east=180)


def haversine_miles(a: Point, b: Point) -> float:
    """Great-circle distance in miles, exact enough for antipodes and for neighbours."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.longitude - a.longitude) / 2)
    chord = half_lat * half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(min(1.0, max(0.0, chord))))


def bounding_boxes(point: Point, radius_miles: float) -> tuple[Box, ...]:
    """The one or two boxes that hold every point within `radius_miles`.

    Two when the circle crosses the antimeridian; a band of all longitudes when it reaches a pole.
    Raises ValueError for a radius that is negative or not a finite number.
    """
    if not math.isfinite(radius_miles) or radius_miles < 0:
        raise ValueError("A radius must be a finite number of miles, 0 or more.")
    if radius_miles >= HALF_CIRCUMFERENCE_MILES:
        return (WHOLE_EARTH,)
    angle = radius_miles / EARTH_RADIUS_MILES
    reach = math.degrees(angle) + _MARGIN_DEGREES
    south, north = max(-90.0, point.latitude - reach), min(90.0, point.latitude + reach)
    if south == -90 or north == 90:
        return (Box(south, -180, north, 180),)
    # Bronshtein: the widest meridian of a circle lies poleward of its centre.
    ratio = math.sin(angle) / math.cos(math.radians(point.latitude))
    width = math.degrees(math.asin(min(1.0, ratio))) + _MARGIN_DEGREES
    return _split_at_antimeridian(south, north, point.longitude - width, point.longitude + width)


def _split_at_antimeridian(south: float, north: float, west: float, east: float) -> tuple[Box, ...]:
    if east - west >= 360:
        return (Box(south, -180, north, 180),)
    if west < -180:
        return (Box(south, west + 360, north, 180), Box(south, -180, north, east))
    if east > 180:
        return (Box(south, west, north, 180), Box(south, -180, north, east - 360))
    return (Box(south, west, north, east),)


def equal_area_radius_miles(area_km2: float) -> float:
    """Radius in miles of the flat circle with this area.

    Raises ValueError when the area is negative or not a finite number.
    """
    if not math.isfinite(area_km2) or area_km2 < 0:
        raise ValueError("An area must be a finite number of square kilometres, 0 or more.")
    return km_to_miles(math.sqrt(area_km2 / math.pi))
