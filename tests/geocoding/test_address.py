"""The point of an address from the gazetteer."""

import pytest

from listings.geocoding.address import locate_address
from listings.geocoding.loading import upsert_places
from listings.geocoding.rows import place_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_gazetteer")]


@pytest.mark.parametrize(
    ("city", "region", "postcode", "country", "slug", "precision"),
    [
        ("Hartford", "CT", "06103", "US", "06103", "postcode"),
        ("Hartford", "CT", "06103-4455", "US", "06103", "postcode"),
        ("Hartford", "CT", "06101", "US", "hartford-ct", "town"),
        ("Elsewhere", "CT", "06101", "US", "zip-061", "postcode-prefix"),
        ("Hartford", "Maine", "", "US", "hartford-me", "town"),
        ("Hartford", "", "", "US", "hartford-ct", "town"),
        ("Muenchen", "", "", "DE", "munich-de", "town"),
        ("München", "", "80331", "DE", "munich-de", "town"),
        ("", "", "m5v 3l9", "CA", "ca-m5v", "postcode"),
    ],
)
def test_located(
    city: str, region: str, postcode: str, country: str, slug: str, precision: str
) -> None:
    upsert_places(
        [
            place_row(
                slug="ca-m5v",
                kind="postcode",
                name="M5V",
                country="CA",
                latitude=43.6,
                longitude=-79.4,
                source="geonames-postal",
            )
        ]
    )
    located = locate_address("1 Main Street", city, region, postcode, country)
    assert located is not None
    assert (located.place.slug, located.precision) == (slug, precision)
    assert located.point == located.place.point


@pytest.mark.parametrize(
    ("city", "region", "postcode"),
    [("", "", ""), ("Hartford", "TX", ""), ("Elsewhere", "", "99999"), ("\x00", "", "\x00")],
)
def test_not_located(city: str, region: str, postcode: str) -> None:
    assert locate_address("", city, region, postcode) is None
