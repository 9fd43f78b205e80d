"""A visitor without cookies, and the search form as a browser would send it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from listings.models import PlaceName
from listings.web.form_token import make_token
from tests.factories import load_terms, make_place


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """No collected static files are needed."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def visitor(db: None) -> Client:
    """A visitor who gets the error pages that the public gets."""
    load_terms()
    return Client(raise_request_exception=False)


@pytest.fixture
def places(db: None) -> None:
    """Hartford twice at home, its ZIP code, its state, and a town abroad."""
    make_place()
    make_place("hartford-me", region_code="ME", latitude=44.37, longitude=-70.35, population=1_001,
               prominence=1_001)  # fmt: skip
    make_place("06103", kind="postcode", name="06103", population=None, prominence=0)
    state = make_place("connecticut", kind="region", name="Connecticut", population=None)
    PlaceName.objects.create(place=state, name="CT", name_folded="ct")
    make_place("united-states", kind="country", name="United States", region_code="")
    make_place("germany", kind="country", name="Germany", country="DE", region_code="")
    make_place("munich-de", name="Munich", country="DE", region_code="", latitude=48.14,
               longitude=11.58, population=1_260_391, prominence=1_260_391)  # fmt: skip


Send = Callable[..., HttpResponse]


@pytest.fixture
def send(visitor: Client) -> Send:
    """Send the search form with a good token, as a browser on this site does."""

    def send(place: str = "", **fields: Any) -> Any:
        data = {"token": make_token("search"), "place": place, **fields}
        return visitor.post("/search/", data, headers={"Sec-Fetch-Site": "same-origin"})

    return send
