"""What every public response promises: headers, no cookies, nothing of the visit in the log."""

import logging
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from listings.web.form_token import make_token
from tests.factories import make_group, make_listing
from tests.pages.conftest import Send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

GETS = [
    "/", "/find/", "/find/hartford-ct/?type=detox&within=25", "/find/nowhere/", "/about/",
    "/privacy/", "/sources/", "/how-we-order/", "/robots.txt", "/healthz", "/readyz", "/search/",
    "/places/", "/find.json", "/find/hartford-ct.json?type=detox",
    "/listing/00000000-0000-4000-8000-000000000000/", "/no/such/page",
]  # fmt: skip
CANARY = "Canaryville"


def every_response(visitor: Client, send: Send) -> Iterator[HttpResponse]:
    listing = make_listing(website="https://house.example/")
    make_group()
    for address in [*GETS, listing.get_absolute_url()]:
        yield visitor.get(address)
        yield visitor.post(address, {"place": CANARY})
        yield visitor.head(address)
    for place in ("06103", "Hartford", CANARY, ""):
        yield send(place)
    yield visitor.post("/search/", {"token": "bad"})


def test_it_works(visitor: Client, send: Send) -> None:
    """No cookie, no other origin, no inline code, on any response to a visitor."""
    count = 0
    for response in every_response(visitor, send):
        count += 1
        assert "Set-Cookie" not in response.headers
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert "Cookie" not in response.get("Vary", "")
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        page = response.content.decode()
        assert not re.search(r"<script|<style|<iframe|<img|\sstyle=|\son\w+=|javascript:", page)
        for tag in re.findall(r"<link[^>]+>", page):
            assert 'href="/static/' in tag
    assert count > 40


def test_every_page_has_the_same_frame(visitor: Client, send: Send) -> None:
    """One h1, a way past the head, help lines first and last, a language, a title."""
    for response in every_response(visitor, send):
        page = response.content.decode()
        if not page.startswith("<!doctype html>"):
            continue
        assert page.count("<h1") == 1
        assert page.count("<main") == 1
        assert '<html lang="en"' in page
        assert re.search(r"<title>\s*\S", page)
        assert page.index('class="skip"') < page.index("tel:911") < page.index("<main")


def test_the_log_holds_nothing_of_a_visit(
    visitor: Client, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    access = logging.getLogger("listings")
    access.addHandler(caplog.handler)
    try:
        visitor.get(
            f"/find/hartford-ct/?type=detox&q={CANARY}",
            headers={"User-Agent": f"{CANARY}/1.0"},
            REMOTE_ADDR="203.0.113.77",
        )
        send(CANARY)
        visitor.post(
            "/search/",
            {"token": make_token("search"), "place": CANARY},
            REMOTE_ADDR="2001:db8:abcd:1234::77",
        )
        visitor.get(f"/{CANARY}/")
    finally:
        access.removeHandler(caplog.handler)
    assert "find/<slug:slug>/" in caplog.text
    assert "203.0.113.0/24" in caplog.text
    assert "2001:db8:abcd::/48" in caplog.text
    for secret in (CANARY, "hartford", "type=", "detox", ".77", "::77", "1234"):
        assert secret not in caplog.text


def test_what_was_typed_stands_in_no_address_and_no_title(send: Send) -> None:
    for place in ("Hartford", CANARY, "06103"):
        response = send(place)
        assert CANARY not in response.get("Location", "")
        page = response.content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title is None or place not in title[1]
        assert not [link for link in re.findall(r'href="([^"]*)"', page) if CANARY in link]


@pytest.mark.parametrize("place_page", ["/", "/find/hartford-ct/"])
def test_browsers_keep_no_list_of_places_typed(visitor: Client, place_page: str) -> None:
    fields = re.findall(r'<input[^>]* name="place"[^>]*>', visitor.get(place_page).content.decode())
    for field in fields:
        assert 'autocomplete="off"' in field
    assert fields or place_page != "/"


def test_an_order_that_is_none_stands_in_no_address(send: Send) -> None:
    assert "sort=name" in send("06103", sort="name")["Location"]
    for order in (CANARY, "best", ""):
        assert "sort" not in send("06103", sort=order)["Location"]


def test_static_files_carry_the_headers_and_the_manifest_is_not_one(
    settings: Settings, tmp_path: Path
) -> None:
    root = tmp_path / "static"
    root.mkdir()
    (root / "site.css").write_text("body { margin: 0 }")
    settings.STATIC_ROOT = root
    response = Client().get("/static/site.css")
    response.close()
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "max-age=60, public"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_manifest_lies_where_nothing_is_served(settings: Settings) -> None:
    file = Path(settings.BASE_DIR) / "directory" / "settings.py"
    ours = runpy.run_path(str(file))  # those of the tests have another storage
    kept = ours["STORAGES"]["staticfiles"]["OPTIONS"]["manifest_storage"]
    assert Path(kept.path("staticfiles.json")).parent == ours["STATIC_ROOT"].parent
    assert ours["WHITENOISE_ALLOW_ALL_ORIGINS"] is False
