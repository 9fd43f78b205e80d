"""Kept pages of results: everybody gets the answer to what they asked, and to nothing else."""

import datetime as dt
import random
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listings.views.find import find, find_json
from listings.web import page_cache as kept
from listings.web.page_cache import page_cache
from tests.factories import make_group, make_listing
from tests.pages.hostile import ONE_VALUE, Pairs, ask, encoded, pairs, understood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places", "catalogue")]

NEAR = "/find/hartford-ct/"
NEAR_JSON = "/find/hartford-ct.json"
PAGES = [NEAR, NEAR_JSON, "/find/", "/find.json", "/find/06103/"]
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
# What is asked changes nothing, so that one catalogue serves all examples.
wild = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def catalogue(visitor: Client) -> None:
    make_listing("Harbour House", facts={"detox": True, "medicaid": True})
    make_listing("Надежда", facts={"inpatient": True, "medicaid": False}, opening_hours="24/7")
    # Between 25 and 25.0000001 miles there is nothing that a page could show.
    make_listing("Farther", point=(42.0, -72.68), facts={"outpatient": True})
    make_group()


def alone(visitor: Client, address: str, query: str) -> Any:
    """The answer when nothing is kept."""
    page_cache.cache_clear()
    return ask(visitor, address, query)


@wild
@given(address=st.sampled_from(PAGES), one=pairs, other=pairs)
@example(address=NEAR_JSON, one=[("within", "25.0000001")], other=[("within", "25")])
@example(address=NEAR_JSON, one=[("within", "499.9999")], other=[("within", "500")])
@example(address=NEAR, one=[("type", "one")], other=[("type", "two")])
@example(address=NEAR, one=[("q", "a\x00b")], other=[("q", "ab")])
def test_no_answer_is_that_of_another_request(
    visitor: Client, address: str, one: Pairs, other: Pairs
) -> None:
    queries = [encoded(one), encoded(other)]
    with time_machine.travel(NOON, tick=False):
        expected = {query: alone(visitor, address, query) for query in queries}
        page_cache.cache_clear()
        for query in queries * 2:
            response = ask(visitor, address, query)
            assert response.content == expected[query].content
            assert response.headers == expected[query].headers


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "utf-8"])
@pytest.mark.parametrize("address", [NEAR, NEAR_JSON])
def test_nobody_can_put_another_page_in_the_place_of_one(
    visitor: Client, address: str, charset: str
) -> None:
    """A GET may name a charset, in which Django reads the same query string as other words."""
    query = "q=" + quote("надежда")
    with time_machine.travel(NOON, tick=False):
        expected = alone(visitor, address, query).content
        page_cache.cache_clear()
        ask(visitor, address, query, CONTENT_TYPE=f"text/plain; charset={charset}")
        assert ask(visitor, address, query).content == expected


def test_pages_of_one_place_are_not_those_of_another(visitor: Client) -> None:
    for _again in range(2):
        assert "miles of Hartford" in ask(visitor, NEAR, "type=detox").content.decode()
        assert "in all places" in ask(visitor, "/find/", "type=detox").content.decode()
        assert ask(visitor, NEAR_JSON, "type=detox").json()["place"]["slug"] == "hartford-ct"
        assert ask(visitor, "/find.json", "type=detox").json()["place"] is None


def test_notices_belong_to_their_request(visitor: Client) -> None:
    said = {
        "type=one": "“one” under “Type of help”",
        "type=two": "“two” under “Type of help”",
        "payment=one": "“one” under “How to pay”",
        "sort=one": "We do not know that order",
        "within=0": "must be a number of miles above 0",
        "within=1000": "500 miles at most",
    }
    for _again in range(2):
        for query, sentence in said.items():
            page = ask(visitor, NEAR, query).content.decode()
            assert [other for other in said.values() if other in page] == [sentence]
            notices = " ".join(ask(visitor, NEAR_JSON, query).json()["notices"])
            assert [other for other in said.values() if other in notices] == [sentence]


@st.composite
def twice(draw: st.DrawFn) -> tuple[Pairs, Pairs]:
    """Choices, and the same in another order, some of them several times."""
    asked = draw(
        st.lists(
            understood, max_size=8, unique_by=lambda pair: pair[0] if pair[0] in ONE_VALUE else pair
        )
    )
    again = draw(st.lists(st.sampled_from(asked), max_size=4)) if asked else []
    return asked, draw(st.permutations([*asked, *again]))


@wild
@given(address=st.sampled_from(PAGES), both=twice())
def test_order_and_repetition_do_not_matter(
    visitor: Client, address: str, both: tuple[Pairs, Pairs]
) -> None:
    with time_machine.travel(NOON, tick=False):
        first, then = (alone(visitor, address, encoded(asked)) for asked in both)
        assert then.content == first.content
        assert then.headers == first.headers


def test_a_flood_of_addresses_stays_within_bounds(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,000 addresses, a tenth of them of pages of their own."""
    monkeypatch.setattr(kept, "PAGES_BYTES", 300_000)
    monkeypatch.setattr(kept, "ADDRESSES_BYTES", 300_000)
    page_cache.cache_clear()
    dice = random.Random(5)
    for number in range(5_000):
        other = f"&q=zz{number}" if number % 10 == 0 else ""
        find_json(rf.get("/find.json", QUERY_STRING=f"flood={dice.random()}{other}"))
    find(rf.get("/find/"))
    stores = [page_cache()._pages, page_cache()._addresses]
    assert [store.held_bytes <= store.most_bytes for store in stores] == [True, True]
    assert [store.held_bytes > store.most_bytes * 0.8 for store in stores] == [True, True]
