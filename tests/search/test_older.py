"""Listings that nobody has confirmed for a year: left out, counted, and one click away."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from listings.curation.terms import load_terms
from listings.models import Listing, Source


@pytest.fixture
def catalogue(db: None) -> None:
    load_terms()
    source = Source.objects.create(code="s", name="A register", policy="register")
    today = timezone.localdate()
    for name, days in (("Fresh Clinic", 10), ("Edge Clinic", 365), ("Old Clinic", 366)):
        Listing.objects.create(
            source=source, status="published", name=name,
            last_seen_on=today - dt.timedelta(days=days),
        )  # fmt: skip


def test_older_listings_are_left_out_and_said_so(catalogue: None, client: Client) -> None:
    page = client.get("/find/").content.decode()
    assert "<strong>2</strong> listings found" in page
    assert "Old Clinic" not in page
    assert "1 older listing is left out" in page
    assert '"/find/?older=1"' in page


def test_they_are_one_click_away_and_marked(catalogue: None, client: Client) -> None:
    page = client.get("/find/?older=1").content.decode()
    assert "<strong>3</strong> listings found" in page
    assert "Old Clinic" in page
    assert page.count("Not confirmed for a year") == 1
    assert "Older listings too" in page
