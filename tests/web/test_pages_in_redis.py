"""Processes share kept pages through Redis, and serve them without it."""

import re
import secrets
import time
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from listings.web import page_cache as module
from listings.web import shared_pages
from listings.web.page_cache import page_cache
from tests.web.kept_site import EPOCH, NOON, body, site
from tests.web.redis_server import free_port, never, server

pytestmark = pytest.mark.usefixtures("kept_site")

Keys = Callable[[], dict[bytes, bytes]]


def another_process() -> None:
    """As if the next request went to another process: its own memory, the same Redis."""
    page_cache.cache_clear()


def test_processes_share_pages(visitor: Client, second_level: Keys) -> None:
    first = visitor.get("/kept/hartford-ct/?type=detox")
    another_process()
    for _again in range(2):
        again = visitor.get("/kept/hartford-ct/?type=detox")
        assert again.content == first.content
        assert again.headers == first.headers
    assert (site.understood, site.drawn) == (2, 1)
    assert len(second_level()) == 1


def test_a_page_that_memory_has_lost_comes_from_redis(visitor: Client, second_level: Keys) -> None:
    visitor.get("/kept/a/")
    cache = page_cache()
    cache._pages = module.BoundedStore(module.PAGES_BYTES)
    visitor.get("/kept/a/")
    assert (site.understood, site.drawn) == (1, 1)
    cache._pages = module.BoundedStore(module.PAGES_BYTES)
    for key in second_level():
        cache._shared._redis.delete(key)  # type: ignore[union-attr]
    visitor.get("/kept/a/")
    assert (site.understood, site.drawn) == (2, 2)


@pytest.mark.usefixtures("second_level")
def test_a_change_in_another_process_is_seen(visitor: Client) -> None:
    visitor.get("/kept/a/")
    another_process()
    site.stamp = (EPOCH, 8)
    assert str(site.stamp) in body(visitor.get("/kept/a/"))
    assert site.drawn == 2


@pytest.mark.usefixtures("second_level")
def test_another_secret_key_is_another_site(visitor: Client, settings: Settings) -> None:
    visitor.get("/kept/a/")
    settings.SECRET_KEY = secrets.token_hex(32)
    another_process()
    visitor.get("/kept/a/")
    assert site.drawn == 2


def test_no_name_in_redis_tells_what_was_searched(visitor: Client, second_level: Keys) -> None:
    visitor.get("/kept/hartford-ct/?type=detox")
    (key, value), *_others = second_level().items()
    assert re.fullmatch(rb"[0-9a-f]{64}", key.removeprefix(shared_pages.PREFIX))
    for word in (b"hartford", b"detox", b"127.0.0.1", b"type="):
        assert word not in key + value


@pytest.mark.parametrize("planted", [b"", b"rubbish", b"page 1\n" + b"\0" * 200, b"\x1f\x8b\x08\0"])
def test_rubbish_in_redis_is_drawn_over(
    visitor: Client, second_level: Keys, planted: bytes
) -> None:
    first = body(visitor.get("/kept/a/"))
    (key, value), *_others = second_level().items()
    client = page_cache()._shared._redis  # type: ignore[union-attr]
    for bad in (planted, value[:-1], value.replace(b"page 1", b"page 2")):
        client.set(key, bad, px=5_000)
        another_process()
        assert body(visitor.get("/kept/a/")) == first
        # Drawn anew, its gzip has another length, and it stands in the place of the rubbish.
        assert second_level()[key][:7] == b"page 1\n"
    assert site.drawn == 4


def test_a_page_drawn_too_late_is_not_shared(
    visitor: Client, second_level: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:

        def slow(request: HttpRequest) -> HttpResponse:
            clock.shift(301)
            return HttpResponse("late")

        monkeypatch.setattr(site, "draw_one", slow)
        assert body(visitor.get("/one/")) == "late"
    assert second_level() == {}


@pytest.mark.parametrize("broken", ["down", "silent"])
def test_the_site_works_without_redis(settings: Settings, visitor: Client, broken: str) -> None:
    with server(never) as address:
        settings.REDIS_URL = address if broken == "silent" else f"redis://127.0.0.1:{free_port()}"
        started = time.perf_counter()
        for slug in ("a", "b", "a"):
            assert f" {slug}? " in body(visitor.get(f"/kept/{slug}/"))
        assert time.perf_counter() - started < 1
    assert site.drawn == 2
