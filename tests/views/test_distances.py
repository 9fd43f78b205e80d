"""Distances as people read them."""

import pytest

from listings.views.distances import about_miles, miles


@pytest.mark.parametrize(
    ("distance", "text"),
    [(0.0, "less than 0.1 miles"), (0.94, "0.9 miles"), (12.0, "12.0 miles")],
)
def test_miles(distance: float, text: str) -> None:
    assert miles(distance) == text


@pytest.mark.parametrize(
    ("distance", "text"),
    [(0.0, "about 1 mile"), (0.2, "about 1 mile"), (1.4, "about 1 mile"), (2.6, "about 3 miles")],
)
def test_about_miles(distance: float, text: str) -> None:
    assert about_miles(distance) == text
