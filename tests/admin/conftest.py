"""A small catalogue with a row of every model, and people who may or may not see it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from listings.exchange.demo import DEMO, demo_records
from listings.exchange.importer import import_reading
from listings.exchange.readers.base import Reading
from listings.models import (
    Conflict,
    Listing,
    Meeting,
    Opening,
    Place,
    PlaceName,
    PlaceSet,
    Source,
    SourceRecord,
    Suggestion,
)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """No collected static files are needed."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@dataclass(frozen=True)
class People:
    """Clients logged in as a superuser, as a plain account, and not at all."""

    superuser: Client
    nobody_special: Client
    stranger: Client


@pytest.fixture
def people(db: None) -> People:
    """The three of them."""
    boss = User.objects.create(username="boss", is_staff=True, is_superuser=True)
    plain = User.objects.create(username="plain")
    clients = Client(), Client(), Client()
    clients[0].force_login(boss)
    clients[1].force_login(plain)
    return People(*clients)


@pytest.fixture
def catalogue(db: None) -> Listing:
    """Fifteen imported listings with everything that may hang on one; returns the first."""
    call_command("load_taxonomy", verbosity=0)
    call_command("load_help_lines", verbosity=0)
    import_reading(
        Reading(DEMO, iter(demo_records()[:15])), file_name="demonstration", file_hash="0" * 64
    )
    source, listing, now = Source.objects.get(), Listing.objects.order_by("pk")[0], timezone.now()
    Meeting.objects.create(
        listing=listing, weekday=1, start="18:00", attendance="online", source=source
    )
    later = now + dt.timedelta(days=1)
    Opening.objects.create(
        listing=listing, state="open", source=source, as_of=now, expires_at=later
    )
    Conflict.objects.create(
        listing=listing, source=source, record=SourceRecord.objects.first(), field="name",
        ours="a", theirs="b", theirs_hash="1" * 64, opened_at=now,
    )  # fmt: skip
    Suggestion.objects.create(listing=listing, kind="closed", sent_at=now)
    place = Place.objects.create(
        slug="hartford-ct", kind="town", name="Hartford", name_folded="hartford", country="US",
        region_code="CT", latitude=41.76, longitude=-72.68, source="geonames",
    )  # fmt: skip
    PlaceName.objects.create(place=place, name="Hartford City", name_folded="hartford city")
    PlaceSet.objects.create(name="file", content_hash="2" * 64, row_count=1, loaded_at=now)
    return listing
