"""Limit, breaker and cache around an online geocoder, with a fake in its place."""

from typing import Any

import pytest
from django.core.cache import cache
from geopy.exc import GeocoderTimedOut
from geopy.geocoders import Nominatim, Pelias
from geopy.location import Location

from listings.geocoding import online
from listings.geocoding.errors import GeocodingError
from listings.geocoding.online import OnlineGeocoder, online_geocoder
from listings.values.geo import Point


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class FakeService:
    """Answers as told: a Location, None, garbage, or an exception to raise."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []

    def geocode(self, address: str, **options: str) -> Any:
        self.asked.append((address, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


FOUND = Location("1 Main St", (41.76, -72.67), {})


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    online_geocoder.cache_clear()


def build(answer: Any) -> tuple[OnlineGeocoder, FakeService, FakeClock]:
    service, clock = FakeService(answer), FakeClock()
    return OnlineGeocoder(service, "countries", clock=clock, sleep=clock.sleep), service, clock


def test_point_and_cache() -> None:
    geocoder, service, _ = build(FOUND)
    assert geocoder.locate("1 Main St", "US") == Point(41.76, -72.67)
    assert geocoder.locate("1 Main St", "US") == Point(41.76, -72.67)
    assert service.asked == [("1 Main St", {"countries": "US"})]


def test_an_unknown_address_is_remembered_too() -> None:
    geocoder, service, _ = build(None)
    assert geocoder.locate("Nowhere 1", "US") is None
    assert geocoder.locate("Nowhere 1", "US") is None
    assert len(service.asked) == 1


def test_one_request_a_second() -> None:
    geocoder, _, clock = build(FOUND)
    geocoder.locate("a", "US")
    clock.now += 0.25
    geocoder.locate("b", "US")
    assert clock.slept == [0.75]


def test_a_queue_is_refused_instead_of_waiting() -> None:
    geocoder, _, clock = build(FOUND)
    geocoder._next_request = clock.now + 1.5
    with pytest.raises(GeocodingError, match="busy"):
        geocoder.locate("a", "US")


@pytest.mark.parametrize(
    "answer",
    [
        GeocoderTimedOut("slow"),
        ValueError("not JSON"),
        KeyError("features"),
        "garbage",
        Location("", (0, 0), {}).raw or {"lat": 1},
    ],
)
def test_every_failure_is_one_error(answer: Any) -> None:
    geocoder, _, _ = build(answer)
    with pytest.raises(GeocodingError, match="no usable answer"):
        geocoder.locate("a", "US")


def test_breaker_opens_after_three_failures_for_a_minute() -> None:
    geocoder, service, clock = build(GeocoderTimedOut("down"))
    for _ in range(3):
        with pytest.raises(GeocodingError, match="no usable answer"):
            geocoder.locate("a", "US")
    with pytest.raises(GeocodingError, match="left alone for a minute"):
        geocoder.locate("a", "US")
    assert len(service.asked) == 3
    clock.now += 61
    service.answer = FOUND
    assert geocoder.locate("a", "US") == Point(41.76, -72.67)
    clock.now += 2
    service.answer = GeocoderTimedOut("down")
    with pytest.raises(GeocodingError, match="no usable answer"):
        geocoder.locate("b", "US")


def test_after_the_pause_one_failure_opens_it_again() -> None:
    geocoder, service, clock = build(GeocoderTimedOut("down"))
    for _ in range(3):
        with pytest.raises(GeocodingError):
            geocoder.locate("a", "US")
    clock.now += 61
    for _ in range(2):
        with pytest.raises(GeocodingError):
            geocoder.locate("a", "US")
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    ("name", "url", "kind", "domain"),
    [
        ("nominatim", "", Nominatim, "nominatim.openstreetmap.org"),
        ("nominatim", "https://geo.example.org/", Nominatim, "geo.example.org"),
        ("pelias", "http://pelias.example.org:4000", Pelias, "pelias.example.org:4000"),
    ],
)
def test_settings(settings: Any, name: str, url: str, kind: type, domain: str) -> None:
    settings.GEOCODER, settings.GEOCODER_URL = name, url
    geocoder = online_geocoder()
    assert geocoder is not None
    assert isinstance(geocoder._geocoder, kind)
    assert geocoder._geocoder.domain == domain
    assert geocoder._geocoder.timeout == online.TIMEOUT_SECONDS


def test_off_by_default(settings: Any) -> None:
    settings.GEOCODER = ""
    assert online_geocoder() is None
