"""Counties and states of us-atlas (TopoJSON of Census cartographic boundaries): shapes and areas.

Format: https://github.com/topojson/topojson-specification (arcs, quantised and delta-encoded).
"""

import json
import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from listings.geocoding.borders import Ring, inside, ring_box
from listings.values.geo import equal_area_radius_miles

_EARTH_RADIUS_KM = 6371.0088
_SIMPLIFY_DEGREES = 0.004


class MissingSourceError(Exception):
    """Something the build needs is absent; the text says how to get it."""


@dataclass(frozen=True)
class Shape:
    """One state or county: FIPS number, name as the atlas gives it, rings."""

    fips: str
    name: str
    rings: tuple[Ring, ...]

    def __contains__(self, point: tuple[float, float]) -> bool:
        lon, lat = point
        west, south, east, north = self.box
        return west <= lon <= east and south <= lat <= north and inside(lon, lat, self.rings)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        boxes = [ring_box(ring) for ring in self.rings]
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)

    def centre(self) -> tuple[float, float, float | None]:
        """Latitude and longitude of the middle of the area, and its equal-area radius in miles.

        Computed in Lambert's cylindrical equal-area projection, where areas are true. A county
        so small that the map draws it as a line (Falls Church) has no radius.
        """
        area = east = north = 0.0
        shifted = self._crosses_antimeridian()
        for ring in self.rings:
            part, x, y = _moments(_project(ring, shifted))
            area, east, north = area + part, east + x, north + y
        if not area:
            (west, south, east, north) = ring_box(self.rings[0])
            return (south + north) / 2, (west + east) / 2, None
        longitude = math.degrees(east / area)
        if longitude < -180:
            longitude += 360
        radius = equal_area_radius_miles(abs(area) * _EARTH_RADIUS_KM**2)
        return math.degrees(math.asin(north / area)), longitude, radius

    def _crosses_antimeridian(self) -> bool:
        longitudes = [lon for ring in self.rings for lon, _ in ring]
        return max(longitudes) - min(longitudes) > 180


def _project(ring: Ring, shifted: bool) -> list[tuple[float, float]]:
    return [
        (math.radians(lon - 360 if shifted and lon > 0 else lon), math.sin(math.radians(lat)))
        for lon, lat in ring
    ]


def _moments(corners: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Signed area and first moments of a polygon (shoelace formula)."""
    area = east = north = 0.0
    for (x1, y1), (x2, y2) in pairwise(corners):
        cross = x1 * y2 - x2 * y1
        area += cross / 2
        east += (x1 + x2) * cross / 6
        north += (y1 + y2) * cross / 6
    return area, east, north


def read_shapes(folder: Path, layer: str) -> list[Shape]:
    """The shapes of `counties-10m.json` or `states-10m.json`. Raises MissingSourceError."""
    path = folder / f"{layer}-10m.json"
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MissingSourceError(
            f"{path} cannot be read ({error}). Run “npm pack us-atlas”, unpack the archive and "
            "give its package folder as --atlas."
        ) from error
    arcs = _arcs(topology)
    geometries = topology["objects"][layer]["geometries"]
    return [
        Shape(shape["id"], shape["properties"]["name"], tuple(_rings(shape, arcs)))
        for shape in geometries
        if shape["type"] in {"Polygon", "MultiPolygon"}
    ]


def _arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        decoded.append(line)
    return decoded


def _rings(shape: dict[str, Any], arcs: list[list[tuple[float, float]]]) -> list[Ring]:
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return [_stitch(ring, arcs) for polygon in polygons for ring in polygon]


def _stitch(numbers: list[int], arcs: list[list[tuple[float, float]]]) -> Ring:
    """One ring of several arcs; ~n means arc n backwards, and joints are given twice."""
    corners: list[tuple[float, float]] = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        corners += line[1:] if corners else line
    return tuple(corners)


def borders(states: list[Shape], codes: dict[str, str]) -> dict[str, list[list[list[float]]]]:
    """Simplified rings by postal code, ready for JSON; rings of a few hundred metres are left out.

    `codes` gives the postal code of a FIPS number.
    """
    found = {}
    for state in sorted(states, key=lambda state: state.fips):
        rings = [_thin(ring) for ring in state.rings]
        found[codes[state.fips]] = [
            [[round(lon, 3), round(lat, 3)] for lon, lat in ring] for ring in rings if len(ring) > 3
        ]
    return found


def _thin(ring: Ring) -> list[tuple[float, float]]:
    """Drop corners that lie nearer to the last kept one than the tolerance."""
    kept = [ring[0]]
    for corner in ring[1:-1]:
        if math.dist(corner, kept[-1]) >= _SIMPLIFY_DEGREES:
            kept.append(corner)
    return [*kept, ring[-1]]
