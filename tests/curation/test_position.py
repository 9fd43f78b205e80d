"""Where a listing is, for the public."""

import pytest

from listings.curation.actions import record_change
from listings.models import Listing
from tests.factories import make_listing, make_place

pytestmark = pytest.mark.django_db


def test_a_withheld_address_is_searched_from_the_middle_of_its_area() -> None:
    make_place("06103", kind="postcode", name="06103", latitude=41.77, longitude=-72.67,
               population=None, prominence=0)  # fmt: skip
    listing = make_listing(point=(41.7654321, -72.6812345))
    listing.address_withheld = True
    record_change(
        listing, by=None, changes={"address_withheld": [False, True]}, reason="", via="admin"
    )
    listing = Listing.objects.get(pk=listing.pk)
    assert (listing.latitude, listing.longitude) == (41.77, -72.67)
    assert listing.precision == Listing.Precision.POSTCODE
