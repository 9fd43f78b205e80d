"""A page is drawn once for all who ask for it, within five minutes."""

import datetime as dt
import threading

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from listings.web import page_cache as module
from listings.web.page_cache import Stamp, page_cache
from tests.web.kept_site import EPOCH, FILLER, NOON, body, results, site

pytestmark = pytest.mark.usefixtures("kept_site")


def test_it_works(visitor: Client) -> None:
    first = visitor.get("/kept/hartford-ct/?type=detox")
    assert first.status_code == 200
    assert "hartford-ct?detox" in body(first)
    for _again in range(3):
        response = visitor.get("/kept/hartford-ct/?type=detox")
        assert response.content == first.content
        assert response.headers == first.headers
    assert (site.understood, site.drawn) == (1, 1)


def test_the_headers_are_all_there(visitor: Client) -> None:
    visitor.get("/kept/hartford-ct/")
    for response in (visitor.get("/kept/hartford-ct/"), Client().get("/kept/hartford-ct/")):
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Vary"] == "Accept-Encoding"
        assert response["Content-Length"] == str(len(response.content))
        assert response["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "ETag" not in response.headers


def test_addresses_of_one_page_share_it(visitor: Client) -> None:
    addresses = [
        "?type=detox&type=inpatient",
        "?type=inpatient&type=detox&x=1",
        "?type=inpatient&type=detox",
    ]
    pages = {visitor.get(f"/kept/a/{query}").content for query in addresses * 3}
    assert len(pages) == 1
    assert (site.understood, site.drawn) == (3, 1)


@pytest.mark.parametrize(
    "other",
    ["/kept/a/?type=detox", "/kept/b/", "/other/a/", "/data/a/"],
)
def test_other_pages_are_drawn(visitor: Client, other: str) -> None:
    pages = [body(visitor.get(address)) for address in ("/kept/a/", other) * 2]
    assert site.drawn == 2
    assert pages[:2] == pages[2:]


@pytest.mark.parametrize(
    ("stamp", "drawn"),
    [((EPOCH, 7), 1), ((EPOCH, 8), 2), (("f" * 32, 7), 2), ((EPOCH, 70), 2)],
)
def test_another_catalogue_is_another_page(visitor: Client, stamp: Stamp, drawn: int) -> None:
    visitor.get("/kept/a/")
    site.stamp = stamp
    assert str(stamp) in body(visitor.get("/kept/a/"))
    assert site.drawn == drawn


def test_another_release_is_another_page(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.get("/kept/a/")
    monkeypatch.setattr(module, "release", lambda: "0123456789abcdef")
    visitor.get("/kept/a/")
    assert site.drawn == 2


def test_another_language_is_another_page(visitor: Client) -> None:
    seen = []
    for language in ("en", "es", "en", "es", None):
        with translation.override(language):
            seen.append(body(visitor.get("/kept/a/")))
    assert site.drawn == 3
    assert seen[:2] == seen[2:4]
    assert seen[0] != seen[1]


@pytest.mark.parametrize(
    ("first", "then", "drawn"),
    [
        ("12:00:00", "12:04:59.999", 1),
        ("12:04:59", "12:05:00", 2),
        ("12:03:00", "12:08:00", 2),
        ("12:03:00", "13:03:00", 2),
        ("23:59:59", "24:00:00", 2),
    ],
)
def test_five_minutes_at_most(visitor: Client, first: str, then: str, drawn: int) -> None:
    for moment in (first, then):
        hours, minutes, seconds = moment.split(":")
        since = dt.timedelta(hours=int(hours) - 12, minutes=int(minutes), seconds=float(seconds))
        with time_machine.travel(NOON + since, tick=False):
            visitor.get("/kept/a/")
    assert site.drawn == drawn


def test_clients_without_gzip_get_the_same_page(visitor: Client) -> None:
    zipped = visitor.get("/kept/a/")
    without: list[dict[str, str]] = [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}]
    plain = [Client(headers=headers).get("/kept/a/") for headers in without * 2]
    assert zipped["Content-Encoding"] == "gzip"
    assert zipped.content[:2] == b"\x1f\x8b"
    assert len(zipped.content) < len(plain[0].content) / 2
    for response in plain:
        assert "Content-Encoding" not in response.headers
        assert response.content.decode() == body(zipped)
    assert site.drawn == 1


def test_head_says_what_get_says() -> None:
    """The test client cuts a body off, as servers do; the length stays."""
    for ask in ("head", "get"):
        page_cache.cache_clear()
        getattr(Client(), ask)("/kept/a/")
        drawn = site.drawn
        head, got = Client().head("/kept/a/"), Client().get("/kept/a/")
        assert head.content == b""
        assert head.headers == got.headers
        assert int(head["Content-Length"]) == len(got.content) > len(FILLER)
        assert site.drawn == drawn


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_left_alone(method: str) -> None:
    request = RequestFactory().generic(method, "/kept/a/")
    for _again in range(2):
        assert results(request, "a").status_code == 200
    assert site.drawn == 2


def test_debug_keeps_nothing(settings: Settings, visitor: Client) -> None:
    settings.DEBUG = True
    visitor.get("/kept/a/")
    visitor.get("/kept/a/")
    assert site.drawn == 2


def test_a_view_may_answer_by_itself(visitor: Client) -> None:
    for _again in range(2):
        response = visitor.get("/itself/")
        assert response.status_code == 400
        assert response.content == b"Nothing of this is kept."
    assert site.understood == 2


def test_a_flood_of_addresses_and_pages_stays_within_bounds(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGES_BYTES", 60_000)
    monkeypatch.setattr(module, "PLAIN_BYTES", 90_000)
    monkeypatch.setattr(module, "ADDRESSES_BYTES", 20_000)
    for number in range(100):
        visitor.get(f"/kept/a/?flood={'x' * 1_000}{number}")
        visitor.get(f"/kept/slug-{number}/")
        Client().get(f"/kept/slug-{number}/")
    stores = [page_cache()._pages, page_cache()._plain, page_cache()._addresses]
    assert [store.held_bytes / store.most_bytes <= 1 for store in stores] == [True] * 3
    assert [store.held_bytes / store.most_bytes > 0.8 for store in stores] == [True] * 3
    assert site.drawn == 101


def test_two_threads_at_once_get_their_own_pages() -> None:
    wrong: list[str] = []
    start = threading.Barrier(4)

    def visit(seed: int) -> None:
        factory = RequestFactory()
        start.wait()
        for step in range(200):
            slug = f"slug-{(step * 7 + seed) % 25}"
            if f" {slug}? " not in body(results(factory.get(f"/kept/{slug}/"), slug)):
                wrong.append(slug)

    threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert 25 <= site.drawn <= 100
