"""Points, distances and boxes, against a second formula and brute force."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from listings.values.geo import (
    EARTH_RADIUS_MILES,
    HALF_CIRCUMFERENCE_MILES,
    WHOLE_EARTH,
    Point,
    bounding_boxes,
    equal_area_radius_miles,
    haversine_miles,
    km_to_miles,
    miles_to_km,
)

points = st.builds(
    Point,
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


def by_vectors(a: Point, b: Point) -> float:
    """The angle between two unit vectors by arctangent: another way to the same distance."""

    def vector(point: Point) -> tuple[float, float, float]:
        lat, lon = math.radians(point.latitude), math.radians(point.longitude)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    (ax, ay, az), (bx, by, bz) = vector(a), vector(b)
    cross = math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    return EARTH_RADIUS_MILES * math.atan2(cross, ax * bx + ay * by + az * bz)


@pytest.mark.parametrize(
    ("a", "b", "miles"),
    [
        (Point(0, 0), Point(0, 0), 0),
        (Point(0, 0), Point(0, 180), HALF_CIRCUMFERENCE_MILES),
        (Point(90, 0), Point(-90, 77), HALF_CIRCUMFERENCE_MILES),
        (Point(0, 179.5), Point(0, -179.5), 69.09),
        (Point(41.7637, -72.6851), Point(40.7143, -74.006), 99.7),  # Hartford to New York
        (Point(48.8534, 2.3488), Point(51.5085, -0.1257), 213.6),  # Paris to London
    ],
)
def test_known_distances(a: Point, b: Point, miles: float) -> None:
    assert haversine_miles(a, b) == pytest.approx(miles, abs=0.2)


@given(points, points)
def test_distance_agrees_with_vectors(a: Point, b: Point) -> None:
    assert haversine_miles(a, b) == pytest.approx(by_vectors(a, b), abs=0.001)
    assert haversine_miles(a, b) == haversine_miles(b, a)


@given(points, points, st.floats(0, 13_000))
def test_boxes_hold_every_point_of_the_circle(a: Point, b: Point, radius: float) -> None:
    assume(haversine_miles(a, b) <= radius)
    assert any(b in box for box in bounding_boxes(a, radius))


@given(points, st.floats(0.1, 6000), st.floats(0, 360, exclude_max=True), st.floats(0, 1))
def test_boxes_hold_points_all_round(
    centre: Point, radius: float, bearing: float, share: float
) -> None:
    angle = radius * share / EARTH_RADIUS_MILES
    lat, turn = math.radians(centre.latitude), math.radians(bearing)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn)
    there = math.asin(max(-1, min(1, sine)))
    east = math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there),
    )
    point = Point(math.degrees(there), centre.longitude + math.degrees(east))
    assert any(point in box for box in bounding_boxes(centre, radius))


@given(points, st.floats(0, 20_000))
def test_boxes_are_one_or_two_and_lie_on_the_earth(centre: Point, radius: float) -> None:
    boxes = bounding_boxes(centre, radius)
    assert len(boxes) in (1, 2)
    for box in boxes:
        assert -90 <= box.south <= box.north <= 90
        assert -180 <= box.west <= box.east <= 180


def test_box_across_the_antimeridian_is_two() -> None:
    west, east = bounding_boxes(Point(10, 179.9), 100)
    assert (west.east, east.west) == (180, -180)
    assert Point(10, -179.5) in east
    assert Point(10, -170) not in east


def test_box_at_a_pole_is_a_band_of_all_longitudes() -> None:
    (box,) = bounding_boxes(Point(89.9, 12), 50)
    assert (box.west, box.east, box.north) == (-180, 180, 90)
    assert box.south == pytest.approx(89.9 - math.degrees(50 / EARTH_RADIUS_MILES), abs=1e-5)


def test_small_circle_has_a_small_box() -> None:
    (box,) = bounding_boxes(Point(41.76, -72.67), 25)
    assert box.north - box.south == pytest.approx(0.7237, abs=0.001)
    assert box.east - box.west == pytest.approx(0.970, abs=0.001)


def test_half_the_circumference_is_the_whole_earth() -> None:
    assert bounding_boxes(Point(1, 2), HALF_CIRCUMFERENCE_MILES) == (WHOLE_EARTH,)


@pytest.mark.parametrize("radius", [-1, math.nan, math.inf])
def test_impossible_radius_is_refused(radius: float) -> None:
    with pytest.raises(ValueError, match="radius must be a finite number"):
        bounding_boxes(Point(0, 0), radius)


@pytest.mark.parametrize(
    ("latitude", "longitude", "sentence"),
    [
        (91, 0, "Latitude 91 is not between"),
        (-90.001, 0, "is not between -90 and 90"),
        (0, 361, "Longitude 361 is not between"),
        (math.nan, 0, "must be finite numbers"),
        (0, math.inf, "must be finite numbers"),
    ],
)
def test_impossible_point_is_refused(latitude: float, longitude: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Point(latitude, longitude)


@pytest.mark.parametrize(("given_", "kept"), [(190, -170), (-190, 170), (180, 180), (360, 0)])
def test_longitude_is_brought_home(given_: float, kept: float) -> None:
    assert Point(0, given_).longitude == kept


def test_units() -> None:
    assert miles_to_km(1) == 1.609344
    assert km_to_miles(miles_to_km(26.2)) == pytest.approx(26.2)
    assert equal_area_radius_miles(math.pi * 1.609344**2) == pytest.approx(1)
    assert equal_area_radius_miles(0) == 0


@pytest.mark.parametrize("area", [-1, math.nan, math.inf])
def test_impossible_area_is_refused(area: float) -> None:
    with pytest.raises(ValueError, match="area must be a finite number"):
        equal_area_radius_miles(area)
