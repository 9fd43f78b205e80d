"""In which state of the United States a point lies, from generalised borders."""

import json
import lzma
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from listings.geocoding.datafile import BORDERS
from listings.values.geo import Point

# The borders follow a 1:10 million map and run along the shore, so piers, islands and harbours
# lie outside; within this distance (about 15 miles) the nearest state is meant.
NEAR_DEGREES = 0.22

Ring = tuple[tuple[float, float], ...]
"""Closed line of (longitude, latitude); the last corner repeats the first."""


@cache
def state_rings() -> dict[str, tuple[Ring, ...]]:
    """Rings of each state by its postal code."""
    states = json.loads(lzma.decompress(BORDERS.read_bytes()))
    return {
        code: tuple(tuple((lon, lat) for lon, lat in ring) for ring in rings)
        for code, rings in states.items()
    }


@cache
def _boxes() -> dict[str, tuple[tuple[float, float, float, float], ...]]:
    return {code: tuple(map(ring_box, rings)) for code, rings in state_rings().items()}


def ring_box(ring: Ring) -> tuple[float, float, float, float]:
    """West, south, east and north of a ring."""
    longitudes, latitudes = zip(*ring, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def state_of(point: Point) -> str | None:
    """The postal code of the state or territory that holds the point; None when abroad or at sea.

    Within a mile of a border between two states the answer may be the neighbour.
    """
    lon, lat = point.longitude, point.latitude
    near = []
    for code, rings in state_rings().items():
        boxes = _boxes()[code]
        close = [
            ring
            for ring, box in zip(rings, boxes, strict=True)
            if box[0] - NEAR_DEGREES <= lon <= box[2] + NEAR_DEGREES
            and box[1] - NEAR_DEGREES <= lat <= box[3] + NEAR_DEGREES
        ]
        if close and inside(lon, lat, close):
            return code
        near += [(_distance_degrees(lon, lat, ring), code) for ring in close]
    distance, code = min(near, default=(NEAR_DEGREES, ""))
    return code if distance < NEAR_DEGREES else None


def inside(lon: float, lat: float, rings: Iterable[Ring]) -> bool:
    """Whether an odd number of edges lies east of the point (holes count as outside)."""
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def _distance_degrees(lon: float, lat: float, ring: Ring) -> float:
    """Distance to the nearest corner; corners are at most some miles apart along a shore."""
    return min(max(abs(x - lon) * 0.75, abs(y - lat)) for x, y in ring)
