"""``/find.json`` and ``/find/<place>.json``"""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from listings.search.serving import current_index
from tests.factories import make_group, make_listing, stamp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

NEAR, NEAR_JSON = "/find/hartford-ct/", "/find/hartford-ct.json"
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)


def answer(visitor: Client, address: str) -> Any:
    response = visitor.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return response.json()


def test_it_works(visitor: Client) -> None:
    listing = make_listing(
        "Harbour House", second_name="Unit", phones=["+18605550100"], point=(41.775, -72.68),
        facts={"detox": True, "outpatient": True, "women": "dedicated"}, unverified=True,
    )  # fmt: skip
    found = answer(visitor, f"{NEAR_JSON}?type=detox&payment=medicaid&programme=women&within=10")
    counts = found.pop("counts"), found.pop("programme_counts"), found.pop("time_counts")
    assert found == {
        "catalogue_version": current_index().stamp.version,
        "place": {"slug": "hartford-ct", "label": "Hartford, CT"},
        "within_miles": 10.0,
        "total": 1,
        "page": 1,
        "pages": 1,
        "results": [
            {
                "id": str(listing.public_id),
                "name": "Harbour House",
                "second_name": "Unit",
                "miles": 0.82,
                "city": "Hartford",
                "region": "CT",
                "phones": [{"number": "(860) 555-0100", "role": "main"}],
                "types": ["detox", "outpatient"],
                "matched": {"detox": "yes", "medicaid": "not known", "women": "yes"},
                "unverified": True,
                "url": f"/listing/{listing.public_id}/",
            }
        ],
        "notices": [],
        "corrected": {},
        "unknown_words": [],
    }
    facts, programmes, times = counts
    assert (facts["detox"], facts["inpatient"], facts["medicaid"]) == ([1, 0], [0, 1], [0, 1])
    assert programmes == {"women": 1}
    assert times["open:now"] == [0, 1]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Near", "Clinic", "Far"]),
        ("?type=detox", ["Near", "Far"]),
        ("?type=detox&within=5", ["Near"]),
        ("?payment=medicaid", ["Clinic", "Near"]),
        ("?payment=medicaid&known=payment", ["Clinic"]),
        ("?sort=name", ["Clinic", "Far", "Near"]),
        ("?q=clinic", ["Clinic"]),
        ("?programme=women", ["Far"]),
        ("?older=1", ["Near", "Clinic", "Far", "Old"]),
        ("?type=family-support", []),
        ("?page=7", ["Near", "Clinic", "Far"]),
    ],
)
def test_it_gives_what_the_page_shows(visitor: Client, query: str, names: list[str]) -> None:
    make_listing("Near", point=(41.765, -72.685))
    make_listing("Clinic", point=(41.80, -72.685), facts={"outpatient": True, "medicaid": True})
    make_listing("Far", point=(42.0, -72.685),
                 facts={"detox": True, "women": "dedicated", "medicaid": False})  # fmt: skip
    make_listing("Old", point=(42.01, -72.685), last_seen_on=dt.date(2020, 1, 1))
    found = answer(visitor, NEAR_JSON + query)
    assert [one["name"] for one in found["results"]] == names
    assert found["total"] == len(names)
    page = visitor.get(NEAR + query).content.decode()
    assert re.findall(r'<h3><a href="([^"]+)"', page) == [one["url"] for one in found["results"]]
    counted = re.findall(r'value="([a-z0-9-]+)"[^>]*> <span>[^<]+<span class="count">\((\d+)', page)
    assert len(counted) >= 4
    numbers = {code: count[0] for code, count in found["counts"].items()}
    numbers |= {key.split(":")[1]: count[0] for key, count in found["time_counts"].items()}
    for code, shown in counted:
        assert int(shown) in (numbers[code], found["programme_counts"].get(code))


@pytest.mark.parametrize(
    ("address", "place", "miles"),
    [
        ("/find.json", None, None),
        ("/find/hartford-ct.json", "hartford-ct", 25),
        ("/find/hartford-ct.json?within=12.5", "hartford-ct", 12.5),
        ("/find/hartford-ct.json?within=1e9", "hartford-ct", 500),
        ("/find/connecticut.json?within=5", "connecticut", None),
        ("/find/06103.json", "06103", 25),
    ],
)
def test_where_was_searched(
    visitor: Client, address: str, place: str | None, miles: float | None
) -> None:
    found = answer(visitor, address)
    assert (found["place"] and found["place"]["slug"], found["within_miles"]) == (place, miles)


@pytest.mark.parametrize(
    ("fields", "miles"),
    [
        ({"point": (41.775, -72.68)}, 0.82),
        # A withheld address is a mile away at least, and only in whole miles.
        ({"point": (41.775, -72.68), "address_withheld": True}, 1.0),
        ({"point": (41.9, -72.7), "address_withheld": True}, 9.0),
        ({"point": None}, None),
    ],
)
def test_distances(visitor: Client, fields: dict[str, Any], miles: float | None) -> None:
    make_listing(**fields)
    address = NEAR_JSON if fields["point"] else "/find/connecticut.json"
    (result,) = answer(visitor, address)["results"]
    assert result["miles"] == miles


def test_pages(visitor: Client) -> None:
    for number in range(45):
        make_listing(f"House {number}", point=(41.76 + number / 1000, -72.68))
    seen = []
    for page in ("", "?page=2", "?page=3", "?page=4", "?page=-1", "?page=1e3"):
        found = answer(visitor, NEAR_JSON + page)
        seen.append((found["page"], found["pages"], found["total"], len(found["results"])))
    assert seen == [(1, 3, 45, 20), (2, 3, 45, 20), (3, 3, 45, 5), (3, 3, 45, 5),
                    (1, 3, 45, 20), (1, 3, 45, 20)]  # fmt: skip


def test_what_was_left_out_or_changed_is_said(visitor: Client) -> None:
    make_listing("Harbour House")
    found = answer(visitor, f"{NEAR_JSON}?type=zz&within=0&sort=paid&q=harbuor")
    assert found["notices"] == [
        "We do not know “zz” under “Type of help”, so it was left out.",
        "The distance must be a number of miles above 0. We used 25 miles.",
        "We do not know that order, so the usual one was used.",
    ]
    assert (found["corrected"], found["total"]) == ({"harbuor": "harbour"}, 1)
    assert answer(visitor, f"{NEAR_JSON}?q=xyzzyqwv")["unknown_words"] == ["xyzzyqwv"]


def test_what_is_not_known_is_never_no(visitor: Client) -> None:
    make_listing("One", facts={"detox": True, "medicaid": True})
    make_listing("Two", facts={"detox": True})
    make_listing("Three", facts={"detox": True, "medicaid": False})
    found = answer(visitor, f"{NEAR_JSON}?payment=medicaid")
    matched = {one["name"]: one["matched"] for one in found["results"]}
    assert matched == {"One": {"medicaid": "yes"}, "Two": {"medicaid": "not known"}}
    assert found["counts"]["medicaid"] == [1, 1]


# -- HTTP ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/find.json", NEAR_JSON, f"{NEAR_JSON}?type=zz&q=<zz>"])
def test_headers(visitor: Client, address: str) -> None:
    for _again in range(2):
        response = visitor.get(address)
        assert response["Cache-Control"] == "private, no-cache"
        assert response["ETag"].startswith('W/"')
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert not response.cookies
        assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", ["/find/", "/find.json", NEAR, NEAR_JSON])
def test_head_is_get_without_its_body(visitor: Client, address: str) -> None:
    make_listing()
    for _again in range(2):
        head, got = visitor.head(address), visitor.get(address)
        assert head.content == b""
        assert head.headers == got.headers
        assert head["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ("{etag}", 304),
        ('"other", {etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ('{etag}, "', 304),
        ("", 200),
        ("é", 200),
        ("x" * 10_000, 200),
    ],
)
def test_an_answer_that_is_known_is_not_sent_again(visitor: Client, tag: str, status: int) -> None:
    make_listing()
    first = visitor.get(NEAR_JSON)
    again = visitor.get(NEAR_JSON, headers={"If-None-Match": tag.replace("{etag}", first["ETag"])})
    assert again.status_code == status
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == "private, no-cache"
    assert again.content == (b"" if status == 304 else first.content)


def test_every_answer_has_its_own_tag(visitor: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        listing = make_listing()
        tags = [visitor.get(f"{NEAR_JSON}{query}")["ETag"] for query in ("", "?type=detox", "?q=a")]
        tags.append(visitor.get("/find.json")["ETag"])
        assert visitor.get(f"{NEAR_JSON}?utm=x")["ETag"] == tags[0], "the same answer"
        clock.shift(dt.timedelta(minutes=5))
        tags.append(visitor.get(NEAR_JSON)["ETag"])
        stamp(listing)
        tags.append(visitor.get(NEAR_JSON)["ETag"])
    assert len(set(tags)) == len(tags) == 6


def test_a_change_is_seen_at_once(visitor: Client) -> None:
    listing = make_listing("House")
    first = visitor.get(NEAR_JSON)
    listing.name = "Mill"
    stamp(listing)
    again = visitor.get(NEAR_JSON, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert [one["name"] for one in again.json()["results"]] == ["Mill"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/find/nowhere.json", 404),
        ("get", "/find/hartford-ct.jsonp", 404),
        ("get", "/find/hartford%2Dct.json", 200),
        ("get", "/find/.json", 404),
        ("get", "/find/<zz>.json", 404),
        ("get", "/find.json/", 404),
        ("post", "/find.json", 405),
        ("put", NEAR_JSON, 405),
        ("delete", NEAR_JSON, 405),
        ("options", NEAR_JSON, 405),
    ],
)
def test_other_requests(visitor: Client, method: str, address: str, status: int) -> None:
    response = getattr(visitor, method)(address)
    assert response.status_code == status
    assert "<zz" not in response.content.decode()


def test_groups_online_are_found_from_afar(visitor: Client) -> None:
    make_group("Families", country="US", region="CT")
    asked = "?type=family-support&attendance=online"
    totals = [
        answer(visitor, f"/find/{slug}.json{asked}")["total"]
        for slug in ("hartford-ct", "hartford-me", "munich-de", "connecticut")
    ]
    assert totals == [1, 0, 0, 1]
