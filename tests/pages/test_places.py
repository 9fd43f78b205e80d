"""``POST /places/``"""

import logging

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from listings.geocoding import known, name_index
from listings.geocoding.suggesting import warm_up
from listings.models import Place
from listings.views.place_names import place_title
from listings.web.form_token import make_token
from tests.factories import make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places", "nothing_read")]

CANARY = "Canaryville"


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys repeat from test to test, so that what was read for another would be taken for ours."""
    monkeypatch.setattr(known, "_kept", {})
    monkeypatch.setattr(name_index, "_kept", [])


def ask(visitor: Client, place: str, **fields: str) -> HttpResponse:
    data = {"token": make_token("search"), "place": place, **fields}
    return visitor.post("/places/", data, headers={"Sec-Fetch-Site": "same-origin"})  # type: ignore[return-value]


def test_it_works(visitor: Client) -> None:
    response = ask(visitor, "hart")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "places": [
            {"slug": "hartford-ct", "label": "Hartford, Connecticut", "kind": "town"},
            {"slug": "hartford-me", "label": "Hartford, Maine", "kind": "town"},
        ]
    }


@pytest.mark.parametrize(
    ("typed", "label", "kind"),
    [
        ("06", "ZIP code 06103, Connecticut", "postcode"),
        ("conn", "Connecticut", "region"),
        ("munic", "Munich, Germany", "town"),
        ("germ", "Germany", "country"),
        ("united st", "United States", "country"),
        ("hartford ct", "Hartford, Connecticut", "town"),
    ],
)
def test_labels_are_those_of_pages(visitor: Client, typed: str, label: str, kind: str) -> None:
    [place] = ask(visitor, typed).json()["places"]
    assert (place["label"], place["kind"]) == (label, kind)
    assert place["label"] == place_title(Place.objects.get(slug=place["slug"]))


@pytest.mark.parametrize("home", ["US", "DE"])
def test_postcodes_and_countries_follow_the_home_country(
    visitor: Client, settings: Settings, home: str
) -> None:
    settings.HOME_COUNTRY = home
    make_place("de-80331", kind="postcode", name="80331", country="DE", region_code="BY",
               region_name="Bavaria", prominence=0)  # fmt: skip
    for typed in ("803", "061", "munic"):
        [place] = ask(visitor, typed).json()["places"]
        assert place["label"] == place_title(Place.objects.get(slug=place["slug"]))


@pytest.mark.parametrize("typed", ["", " ", "h", "\x00", "zzyzzx", "🙂🙂", "%00", "'; --", "١٢٣"])
def test_nothing_to_suggest(visitor: Client, typed: str) -> None:
    response = ask(visitor, typed)
    assert (response.status_code, response.json()) == (200, {"places": []})


@pytest.mark.parametrize(
    ("token", "site", "sentence"),
    [
        ("", "same-origin", "Please send the form again"),
        ("nonsense", "same-origin", "Please send the form again"),
        pytest.param(
            make_token("another"), "same-origin", "Please send the form again", id="other"
        ),
        pytest.param(make_token("search"), "cross-site", "sent from another site", id="cross-site"),
        pytest.param(make_token("search"), "same-site", "sent from another site", id="same-site"),
    ],
)
def test_a_form_of_another_site_is_refused(
    visitor: Client, token: str, site: str, sentence: str
) -> None:
    data = {"token": token, "place": "hart"}
    response = visitor.post("/places/", data, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert sentence in response.json()["error"]


def test_an_old_token_is_refused(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listings.web.form_token.MAX_AGE_SECONDS", -1)
    response = ask(visitor, "hart")
    assert response.status_code == 403
    assert "open for a long time" in response.json()["error"]


@pytest.mark.parametrize(("letters", "status"), [(120, 200), (121, 400), (10_000, 400)])
def test_no_place_has_so_long_a_name(visitor: Client, letters: int, status: int) -> None:
    response = ask(visitor, "x" * letters)
    assert response.status_code == status
    assert ("too long" in response.json().get("error", "")) == (status == 400)


def test_a_body_longer_than_any_form_is_refused(visitor: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    response = ask(visitor, "hart", more="x" * 2_000)
    assert (response.status_code, "too long" in response.json()["error"]) == (400, True)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_posted(visitor: Client, method: str) -> None:
    response = getattr(visitor, method)(f"/places/?place={CANARY}")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert CANARY not in response.content.decode()
    assert method == "head" or "<h1" in response.content.decode()


def test_what_stands_in_the_address_is_not_looked_at(visitor: Client) -> None:
    data = {"token": make_token("search")}
    response = visitor.post("/places/?place=hartford", data)
    assert response.json() == {"places": []}


@pytest.mark.parametrize("place", ["hart", CANARY, "x" * 500])
def test_nothing_is_kept_by_browsers(visitor: Client, place: str) -> None:
    response = ask(visitor, place)
    assert set(response["Cache-Control"].split(", ")) == {"no-store", "private"}
    assert not response.cookies
    assert CANARY not in response.content.decode()


def test_the_log_holds_nothing_of_what_was_typed(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="listings")
    access = logging.getLogger("listings")
    access.addHandler(caplog.handler)
    try:
        for place in (CANARY, "hart", CANARY * 50):
            ask(visitor, place)
    finally:
        access.removeHandler(caplog.handler)
    assert "POST places/ 200" in caplog.text
    assert "POST places/ 400" in caplog.text
    for secret in (CANARY, "hart", make_token("search")[:8]):
        assert secret not in caplog.text


def test_few_queries_however_many_countries(
    visitor: Client, django_assert_num_queries: object
) -> None:
    for number, country in enumerate(["DE", "FR", "GB", "CA", "AU", "IT"]):
        make_place(f"hart-{country.lower()}", name="Hart", country=country, region_code="",
                   prominence=900_000 + number)  # fmt: skip
    warm_up()
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = ask(visitor, "har").json()["places"]
    assert len(found) == 8
    with django_assert_num_queries(2):  # type: ignore[operator]
        ask(visitor, "06")
    with django_assert_num_queries(0):  # type: ignore[operator]
        ask(visitor, "h")
