"""What tests of kept pages share."""

import secrets
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from listings.web import shared_pages
from listings.web.page_cache import page_cache
from tests.web.kept_site import EPOCH, NOON, site
from tests.web.redis_server import REDIS, answering_redis

Keys = Callable[[], dict[bytes, bytes]]


@pytest.fixture
def kept_site(settings: Settings) -> Iterator[None]:
    """A site that keeps nothing yet, whose clock stands at noon."""
    settings.ROOT_URLCONF = "tests.web.kept_site"
    settings.REDIS_URL = ""
    site.stamp, site.understood, site.drawn = (EPOCH, 7), 0, 0
    page_cache.cache_clear()
    with time_machine.travel(NOON, tick=False):
        yield
    page_cache.cache_clear()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Encoding": "gzip, deflate, br"})


@pytest.fixture
def own_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    """What lies in Redis under a prefix of this test's own; it is removed afterwards."""
    client = answering_redis()
    prefix = b"test-%s:" % secrets.token_hex(8).encode()
    monkeypatch.setattr(shared_pages, "PREFIX", prefix)
    # A machine busy with other tests is no slow Redis.
    monkeypatch.setattr(shared_pages, "TIMEOUT_SECONDS", 5.0)
    monkeypatch.setattr(shared_pages, "LONGEST_SECONDS", 10.0)

    def keys() -> list[bytes]:
        return list(client.scan_iter(prefix + b"*"))

    yield lambda: {key: client.get(key) for key in keys()}
    for key in keys():
        client.delete(key)
    client.close()


@pytest.fixture
def second_level(kept_site: None, settings: Settings, own_keys: Keys) -> Keys:
    """Redis behind that site, and what lies in it."""
    settings.REDIS_URL = REDIS
    settings.SECRET_KEY = secrets.token_hex(32)
    return own_keys
