"""``POST /search/``"""

import pytest
from django.core import signing
from django.test import Client

from listings.web.form_token import make_token
from tests.pages.conftest import Send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

CANARY = "Canaryville Lane 77"


def test_it_works(send: Send) -> None:
    response = send("06103", type="detox", within="25")
    assert response.status_code == 303
    assert response["Location"] == "/find/06103/?type=detox&within=25"


@pytest.mark.parametrize(
    ("place", "fields", "location"),
    [
        ("Hartford, CT", {"type": "detox"}, "/find/hartford-ct/?type=detox"),
        ("Connecticut", {}, "/find/connecticut/"),
        ("Munich", {"within": "10"}, "/find/munich-de/?within=10"),
        ("06103-1234", {"type": ""}, "/find/06103/"),
        ("", {"type": "outpatient", "within": "25"}, "/find/?type=outpatient"),
        ("  \x00 ", {}, "/find/"),
        ("06103", {"type": ["detox", "zzz"], "payment": "medicaid", "sort": "name"},
         "/find/06103/?type=detox&payment=medicaid&sort=name"),
        ("06103", {"within": "-4"}, "/find/06103/?within=-4"),
        ("06103", {"within": CANARY, "page": "7"}, "/find/06103/"),
        ("", {"lat": "41.76371234", "lon": "-72.68512345"}, "/find/hartford-ct/"),
    ],
)  # fmt: skip
def test_it_sends_on_to(send: Send, place: str, fields: dict[str, str], location: str) -> None:
    response = send(place, **fields)
    assert (response.status_code, response["Location"]) == (303, location)


def test_several_places_are_shown_largest_first(send: Send) -> None:
    response = send("Hartford", type="detox", within="10")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Which one?" in page
    assert "/find/hartford-ct/?type=detox&amp;within=10" in page
    assert "121,054 people" in page
    assert "United States" in page
    assert page.index("/find/hartford-ct/") < page.index("/find/hartford-me/")


def test_a_misspelling_is_a_question_not_a_guess(send: Send) -> None:
    page = send("Hartfrod, CT").content.decode()
    assert "Did you mean this place?" in page
    assert 'value="Hartfrod, CT"' in page


def test_an_unknown_place_is_kept_and_escaped(send: Send) -> None:
    response = send('Zzyzzx "><script>alert(1)</script>', type="detox")
    page = response.content.decode()
    assert response.status_code == 200
    assert "We do not know this place." in page
    assert 'value="Zzyzzx &quot;&gt;&lt;script&gt;' in page
    assert "<script" not in page
    assert 'href="/find/?type=detox"' in page


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"place": "x" * 10_000}, 400, "too long"),
        ({"lat": "north", "lon": "1"}, 400, "could not read where you are"),
        ({"lat": "nan", "lon": "inf"}, 400, "could not read where you are"),
        ({"lat": "95", "lon": "0"}, 400, "could not read where you are"),
        ({"lat": "1"}, 400, "could not read where you are"),
        ({"place": "\x00\x00zz\ud800"}, 200, "do not know this place"),
        ({"place": "🙂" * 50}, 200, "do not know this place"),
        ({"place": "%00%0d%0aSet-Cookie: a=b"}, 200, "do not know this place"),
    ],
)
def test_bad_input_gets_a_sentence(
    send: Send, fields: dict[str, str], status: int, sentence: str
) -> None:
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    response = send(**fields)
    assert response.status_code == status
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    ("token", "site", "sentence"),
    [
        ("", "same-origin", "Please send the form again"),
        ("nonsense", "same-origin", "Please send the form again"),
        pytest.param(
            make_token("another"),
            "same-origin",
            "Please send the form again",
            id="another same-origin",
        ),
        pytest.param(
            make_token("search"), "cross-site", "sent from another site", id="search cross-site"
        ),
        pytest.param(
            make_token("search"), "same-site", "sent from another site", id="search same-site"
        ),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    visitor: Client, token: str, site: str, sentence: str
) -> None:
    response = visitor.post(
        "/search/",
        {"token": token, "place": "Hartford", "type": "detox"},
        headers={"Sec-Fetch-Site": site},
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert sentence in page
    assert 'value="Hartford"' in page
    assert '<input type="hidden" name="type" value="detox">' in page


def test_an_old_token_is_refused(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listings.web.form_token.MAX_AGE_SECONDS", -1)
    response = visitor.post("/search/", {"token": make_token("search"), "place": "06103"})
    assert response.status_code == 403
    assert "open for a long time" in response.content.decode()


def test_browsers_that_say_nothing_of_the_origin_may_search(visitor: Client) -> None:
    response = visitor.post("/search/", {"token": make_token("search"), "place": "06103"})
    assert response.status_code == 303


def test_a_get_goes_home(visitor: Client) -> None:
    response = visitor.get("/search/")
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_token_says_nothing_of_the_visitor() -> None:
    assert signing.loads(make_token("search"), salt="listings.form") == "search"


@pytest.mark.parametrize("place", ["Hartford", "06103", CANARY])
def test_nothing_is_kept_by_browsers(send: Send, place: str) -> None:
    assert set(send(place)["Cache-Control"].split(", ")) == {"no-store", "private"}
