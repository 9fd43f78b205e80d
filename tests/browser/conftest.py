"""Chromium, and a site with enough in it for a journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from listings.models import Catalogue, PlaceName
from tests.factories import make_group, make_help_line, make_listing, make_place, make_source

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)

# Playwright's sync interface keeps an event loop in this thread, which Django would refuse.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if not CHROMIUM:
        pytest.skip("Chromium is not here; install it (apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(
    transactional_db: None, settings: Settings, tmp_path: Path, live_server: LiveServer
) -> str:
    """Address of a small site: two Hartfords, a detox near the first, a group online."""
    settings.STATIC_ROOT = tmp_path
    settings.DIRECTORY_DEMO = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Transactional tests empty every table when they end, the one of the catalogue too.
    Catalogue.objects.get_or_create(pk=1)
    _places()
    make_help_line(code="us-911", purpose="emergency", number="911", name="Emergency", order=1)
    make_help_line(code="us-988", name="988 Lifeline", order=2)
    make_help_line(code="us-advice", purpose="advice", number="+18006624357", order=3)
    facts = {"detox": True, "inpatient": False, "medicaid": True, "women": "dedicated"}
    make_listing("Harbour House", facts=facts, point=(41.775, -72.68), phones=["+18605550100"],
                 website="https://harbour.example/")  # fmt: skip
    for number in range(24):
        make_listing(f"Mill Clinic {number}", facts={"outpatient": True})
    make_listing("Invented", source=make_source("demo", name="Demonstration", is_demo=True))
    make_listing("Hidden Door", unverified=True, address_withheld=True)
    make_group()
    return live_server.url


def _places() -> None:
    make_place()
    make_place("hartford-me", region_code="ME", latitude=44.37, longitude=-70.35, prominence=9)
    make_place("06103", kind="postcode", name="06103", population=None, prominence=0)
    state = make_place("connecticut", kind="region", name="Connecticut", population=None)
    PlaceName.objects.create(place=state, name="CT", name_folded="ct")


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Open]:
    """Open an address of the site in a context of its own; it keeps every request it sent."""
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", **options: object) -> Page:
        context = chromium.new_context(base_url=site, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
