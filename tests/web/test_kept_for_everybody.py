"""Nothing of one visitor goes into a page that others get."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.test import Client

from listings.web.page_cache import page_cache
from tests.web.kept_site import NOON, body, site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_site")]


def with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("cookie")
    response.set_cookie("seen", "1")
    return response


def from_template(text: str) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: HttpResponse(engines["django"].from_string(text).render({}, request))


@pytest.mark.parametrize(
    ("view", "times"),
    [
        (lambda request: HttpResponse("page"), 1),
        (lambda request: HttpResponse("page", headers={"Vary": "Accept-Language"}), 1),
        (from_template("{{ site_name }} {{ search_token }}"), 1),
        (lambda request: HttpResponse("gone", status=410), 2),
        (lambda request: HttpResponse("part", status=206), 2),
        (lambda request: StreamingHttpResponse([b"stream"]), 2),
        (lambda request: HttpResponse("page", headers={"Vary": "Cookie"}), 2),
        (lambda request: HttpResponse("page", headers={"Vary": "*"}), 2),
        (lambda request: HttpResponse(b"x", headers={"Content-Encoding": "br"}), 2),
        (with_cookie, 2),
        (lambda request: HttpResponse(request.session.get("name", "nobody")), 2),
        (lambda request: HttpResponse(str(request.user)), 2),
        (lambda request: HttpResponse(str(request.csp_nonce)), 2),  # type: ignore[attr-defined]
        (from_template("{{ user }}"), 2),
        (from_template("{% for message in messages %}{{ message }}{% endfor %}"), 2),
        (from_template("{% if messages %}news{% endif %}"), 2),
        (from_template("{% csrf_token %}"), 2),
    ],
)
def test_only_what_is_for_everybody_is_kept(
    view: Callable[[HttpRequest], HttpResponse], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(request: HttpRequest) -> HttpResponse:
        calls.append(request)
        return view(request)

    monkeypatch.setattr(site, "draw_one", counted)
    statuses = {Client().get("/one/").status_code for _again in range(2)}
    assert len(statuses) == 1
    assert len(calls) == times


def test_a_form_sent_from_a_kept_page_is_taken(visitor: Client) -> None:
    pages = [body(visitor.get("/form/")) for _again in range(2)]
    tokens = {re.search(r'name="token" value="([^"]+)"', page)[1] for page in pages}  # type: ignore[index]
    assert len(tokens) == 1
    with time_machine.travel(NOON + dt.timedelta(hours=11, minutes=55), tick=False):
        sent = Client().post(
            "/search/", {"token": tokens.pop()}, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert sent.status_code == 303


def test_staff_and_visitors_get_the_same_page_of_results(admin_client: Client) -> None:
    pages = []
    for client in (admin_client, Client()):
        page_cache.cache_clear()
        pages.append(body(client.get("/find/")))
    assert pages[0] == pages[1]
    assert "admin" not in pages[0]
