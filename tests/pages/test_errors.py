"""Pages for what went wrong: each explains itself and carries the help lines."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import UnreadablePostError
from django.template.loader import render_to_string
from django.test import Client

from listings.web.help_lines import built_in

pytestmark = pytest.mark.django_db

CANARY = "canary-7391"
PLAIN = ["400.html", "403.html", "403_csrf.html", "405.html", "500.html", "503.html"]


def test_it_works(visitor: Client) -> None:
    response = visitor.get(f"/{CANARY}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "We cannot find this page" in page
    assert '<form class="search"' in page
    assert "tel:911" in page
    assert CANARY not in page


def test_500(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("listings.views.home.search_form", fail)
    response = visitor.get("/")
    assert response.status_code == 500
    assert "The mistake is ours." in response.content.decode()
    assert "tel:988" in response.content.decode()


@pytest.mark.parametrize(
    "failure",
    [
        OperationalError("database is locked"),
        DatabaseError("database disk image is malformed"),
        InterfaceError("connection already closed"),
        UnreadablePostError("Too many bodies are awaited already."),
    ],
)
def test_503_when_the_database_does_not_answer(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr("listings.views.home.search_form", fail)
    response = visitor.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "tel:911" in response.content.decode()


def test_400_when_a_form_is_too_large(visitor: Client) -> None:
    response = visitor.post("/search/", {"place": "x" * 3_000_000})
    assert response.status_code == 400
    assert "too long or broken" in response.content.decode()


def test_400_when_a_form_has_too_many_fields(visitor: Client) -> None:
    response = visitor.post("/search/", {f"a{number}": "" for number in range(1_100)})
    assert response.status_code == 400


def test_400_for_a_host_that_is_not_ours(visitor: Client) -> None:
    response = visitor.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


@pytest.mark.parametrize("name", PLAIN)
def test_error_pages_show_the_lines_that_ship_with_the_code(name: str) -> None:
    page = render_to_string(name)
    first = [line for line in built_in() if line.country == "US"][:3]
    assert re.findall(r'href="(tel:[^"]+)"', page) == [line.value.tel for line in first]
    for line in first:
        assert line.value.display in page


@pytest.mark.parametrize("name", PLAIN)
def test_error_pages_find_their_style(name: str) -> None:
    folder = Path(settings.BASE_DIR) / "listings"
    for address in re.findall(r'href="/(static/[^"]+)"', render_to_string(name)):
        assert (folder / address).is_file()


@pytest.mark.parametrize(
    ("method", "address", "status", "said"),
    [
        ("PUT", "/about/", 405, "Nothing can be sent here"),
        ("DELETE", "/", 405, "Nothing can be sent here"),
        ("POST", "/find/", 405, "Nothing can be sent here"),
        ("PUT", "/search/", 405, "Nothing can be sent here"),
        ("CANARY", "/privacy/", 405, "Nothing can be sent here"),
        ("PUT", "/no/such/page", 404, "We cannot find this page"),
        ("POST", "/admin/login/", 403, "Please send the form again"),
    ],
)
def test_what_a_page_does_not_take_is_refused_with_a_page(
    visitor: Client, method: str, address: str, status: int, said: str
) -> None:
    visitor.handler.enforce_csrf_checks = True
    response = visitor.generic(method, address)
    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert "tel:988" in page
    assert ("Allow" in response.headers) == (status == 405)
    assert "no-store" in response["Cache-Control"]


def test_answers_without_a_word_on_keeping_are_not_kept(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("listings.views.asked_search.vocabulary", fail)
    answers = {
        301: visitor.get("/about"),
        400: visitor.get("/", headers={"Host": "evil.example"}),
        404: visitor.get("/nowhere/"),
        500: visitor.get("/find/"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        assert response["Cache-Control"] == "private, no-store"
    assert visitor.get("/about/")["Cache-Control"] == "public, max-age=300"
