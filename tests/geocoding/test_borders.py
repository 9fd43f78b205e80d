"""The state of a point."""

import pytest

from listings.geocoding.borders import state_of
from listings.values.geo import Point


@pytest.mark.parametrize(
    ("latitude", "longitude", "state"),
    [
        (41.76, -72.67, "CT"),
        (40.7, -74.0, "NY"),
        (38.9, -77.03, "DC"),
        (61.2, -149.9, "AK"),
        (51.88, -176.65, "AK"),  # Adak
        (21.3, -157.85, "HI"),
        (18.4, -66.1, "PR"),
        (13.45, 144.78, "GU"),
        (25.76, -80.13, "FL"),  # Miami Beach, on the shore
        (43.65, -79.38, None),  # Toronto
        (19.43, -99.13, None),  # Mexico City
        (35.0, -60.0, None),  # the Atlantic
        (90.0, 0.0, None),
    ],
)
def test_state_of(latitude: float, longitude: float, state: str | None) -> None:
    assert state_of(Point(latitude, longitude)) == state
