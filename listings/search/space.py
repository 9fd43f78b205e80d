"""Where rows lie: bands of latitude, each sorted by longitude, and the blocks a circle touches.

A band is a tenth of a degree (about 7 miles) high. Within the index a row's place in this order is
one number, `band_key`, so that all bands of a circle are looked up with one binary search.
"""

import math

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import ROWS_IN_BLOCK, Flags
from listings.search.criteria import Circle
from listings.values.geo import EARTH_RADIUS_MILES, HALF_CIRCUMFERENCE_MILES, Box, bounding_boxes

BANDS_PER_DEGREE = 10
_TURN = 512.0  # more than all longitudes, and exact in binary

Floats = NDArray[np.float64]


def band_key(latitude: Floats, longitude: Floats) -> Floats:
    """The sort key of points in degrees: band first, then longitude."""
    band = np.floor((latitude + 90.0) * BANDS_PER_DEGREE)
    return np.asarray(band * _TURN + (longitude + 180.0))


def unit_vectors(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats, Floats]:
    """Points in degrees as unit vectors."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    flat = np.cos(lat)
    return flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)


def blocks_near(band: Floats, circle: Circle) -> NDArray[np.intp]:
    """The blocks that hold every row within a circle, ascending. ``band`` is sorted."""
    touched = np.zeros(-(-len(band) // ROWS_IN_BLOCK), dtype=np.bool_)
    miles = min(circle.miles, HALF_CIRCUMFERENCE_MILES)
    for box in bounding_boxes(circle.centre, miles):
        _touch(touched, band, box)
    return np.flatnonzero(touched)


def _touch(touched: Flags, band: Floats, box: Box) -> None:
    first = math.floor((box.south + 90.0) * BANDS_PER_DEGREE)
    last = math.floor((box.north + 90.0) * BANDS_PER_DEGREE)
    starts = np.arange(first, last + 1) * _TURN
    lefts = np.searchsorted(band, starts + (box.west + 180.0), side="left")
    rights = np.searchsorted(band, starts + (box.east + 180.0), side="right")
    for left, right in zip(lefts.tolist(), rights.tolist(), strict=True):
        if left < right:
            touched[left // ROWS_IN_BLOCK : (right - 1) // ROWS_IN_BLOCK + 1] = True


def chords(x: Floats, y: Floats, z: Floats, circle: Circle) -> Floats:
    """Squared straight-line distances, on a unit sphere, from a circle's centre to unit vectors.

    They grow with the distance on the ground. Differences keep near points exact, and only
    operations that IEEE 754 rounds in one way are used: rows of one address come out equal.
    """
    centre = unit_vectors(np.array([circle.centre.latitude]), np.array([circle.centre.longitude]))
    squares = np.square(x - centre[0])
    squares += np.square(y - centre[1])
    squares += np.square(z - centre[2])
    return np.asarray(squares)


def chord_of(miles: float) -> float:
    """The squared chord of a distance in miles."""
    angle = min(max(miles, 0.0) / EARTH_RADIUS_MILES, math.pi)
    return 4.0 * math.sin(angle / 2.0) ** 2


def miles_of(squared_chords: Floats) -> Floats:
    """Squared chords as miles on the ground."""
    half = np.clip(np.sqrt(squared_chords) / 2.0, 0.0, 1.0)
    return np.asarray(2.0 * EARTH_RADIUS_MILES * np.arcsin(half))
