"""geopy's interface, without a network."""

import pytest
from geopy.geocoders.base import Geocoder

from listings.geocoding.errors import GeocodingError
from listings.geocoding.gazetteer import Gazetteer, nearest_place
from listings.values.geo import Point

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("small_gazetteer")
def test_it_is_a_geopy_geocoder() -> None:
    gazetteer = Gazetteer()
    assert isinstance(gazetteer, Geocoder)
    location = gazetteer.geocode("hartford ct")
    assert (location.latitude, location.longitude) == (41.7637, -72.6851)
    assert location.address == "Hartford, CT"
    assert location.raw["place"].slug == "hartford-ct"


@pytest.mark.usefixtures("small_gazetteer")
def test_all_matches() -> None:
    found = Gazetteer().geocode("Hartford", exactly_one=False)
    assert [location.raw["place"].slug for location in found] == ["hartford-ct", "hartford-me"]


@pytest.mark.usefixtures("small_gazetteer")
def test_nothing() -> None:
    assert Gazetteer().geocode("Nowhere at all") is None
    assert Gazetteer().geocode("Nowhere at all", exactly_one=False) is None


@pytest.mark.usefixtures("small_gazetteer")
def test_reverse() -> None:
    location = Gazetteer().reverse((48.1, 11.5))
    assert location.raw["place"].slug == "munich-de"
    assert Gazetteer().reverse(Point(41.7, -72.7), exactly_one=False)[0].address == "Hartford, CT"


def test_empty_gazetteer() -> None:
    assert nearest_place(Point(0, 0)) is None
    assert Gazetteer().reverse((0, 0)) is None


def test_no_network() -> None:
    with pytest.raises(GeocodingError, match="asks no server"):
        Gazetteer().adapter.get_json("https://example.org", timeout=1, headers={})
