"""Filters and tags of the public pages."""

import pytest

from listings.models import Listing
from listings.templatetags.directory import hours_text, measured_to, outward


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("24/7", "day and night, every day"),
        ("Mo-Fr 09:00-17:00", "Monday to Friday 09:00 to 17:00"),
        ("Mo,We 10:00-12:00; Su off", "Monday, Wednesday 10:00 to 12:00, Sunday off"),
        ("by appointment", "by appointment"),
    ],
)
def test_hours_text(hours: str, text: str) -> None:
    assert hours_text(hours) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"precision": "exact"}, ""),
        ({"precision": ""}, ""),
        ({"precision": "postcode", "postcode": "06103", "country": "US"},
         "to the middle of ZIP code 06103"),
        ({"precision": "postcode", "postcode": "M5V", "country": "CA"},
         "to the middle of postcode M5V"),
        ({"precision": "postcode-prefix"}, "to the middle of a wide postcode area"),
        ({"precision": "town"}, "to the middle of the town"),
        ({"precision": "postcode", "postcode": "06103", "address_withheld": True},
         "to the middle of its area"),
    ],
)  # fmt: skip
def test_measured_to(fields: dict[str, object], text: str) -> None:
    assert measured_to(Listing(**fields)) == text


def test_outward_links_tell_nothing() -> None:
    assert outward("https://www.house.example/a?b=1&c=<x>") == (
        '<a href="https://www.house.example/a?b=1&amp;c=&lt;x&gt;" '
        'rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">house.example</a>'
    )
