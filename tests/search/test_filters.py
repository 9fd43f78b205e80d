"""A query string becomes criteria and sentences: tables, and anything at all."""

import math
from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings

from listings.models import Place
from listings.search import filters
from listings.search.criteria import (
    MAY_BE_NOT_KNOWN,
    MOST_MILES,
    TIMES,
    Area,
    Circle,
    SearchCriteria,
)
from listings.search.filters import (
    MOST_LETTERS,
    criteria_from,
    distance_choices,
    filter_set,
)
from listings.search.order import SORTS
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.values.geo import Point
from listings.values.text import clean
from listings.views.address import ResultsAddress, chosen_pairs
from tests.factories import HARTFORD, load_terms, make_place
from tests.pages.hostile import CHOICES, encoded, pairs

HERE = Point(*HARTFORD)
Cleaned = tuple[SearchCriteria, list[str]]


@pytest.fixture
def words(db: None) -> Vocabulary:
    load_terms()
    return vocabulary()


@pytest.fixture
def town(db: None) -> Place:
    return make_place()


def cleaned(query: str, words: Vocabulary, place: Place | None = None) -> Cleaned:
    return criteria_from(filter_set(QueryDict(query), words), place, words)


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", {}),
        ("type=detox", {"chosen": {"type": ("detox",)}}),
        # In the order of the filters, each once, whichever way they were asked.
        ("type=outpatient&type=detox&type=detox", {"chosen": {"type": ("detox", "outpatient")}}),
        ("payment=medicaid&type=detox",
         {"chosen": {"type": ("detox",), "payment": ("medicaid",)}}),
        ("known=payment&known=open", {"known_only": frozenset({"payment", "open"})}),
        ("programme=women", {"programmes": ("women",)}),
        ("open=now&day=tue&day=mon&part=night",
         {"times": {"open": ("now",), "day": ("mon", "tue"), "part": ("night",)}}),
        ("q=++Harbour++%00House ", {"text": "Harbour House"}),
        ("q=%E2%80%AEhope", {"text": "hope"}),
        ("q=" + "x" * 1_000, {"text": "x" * MOST_LETTERS}),
        ("q=one&q=two", {"text": "two"}),
        ("older=1", {"older": True}),
        ("older=0", {}),
        ("older=yes", {}),
        ("sort=name", {"sort": "name"}),
        ("page=3", {"page": 3}),
        ("page=003", {"page": 3}),
        ("page=0", {}),
        ("page=-3", {}),
        ("page=1.5", {}),
        ("page=²", {}),
        ("page=" + "9" * 5_000, {"page": 999_999_999}),
        # Parameters that are none of ours.
        ("type[]=detox&Type=detox&utm_source=x&=detox", {}),
    ],
)  # fmt: skip
def test_criteria(words: Vocabulary, query: str, parts: dict[str, Any]) -> None:
    assert cleaned(query, words) == (SearchCriteria(**parts), [])


@pytest.mark.parametrize(
    ("text", "miles", "sentence"),
    [
        ("", 25.0, None),
        ("10", 10.0, None),
        (" 10 ", 10.0, None),
        ("2.5e1", 25.0, None),
        # As an address writes it, so that one address is one distance.
        ("25.0000001", 25.0, None),
        ("499.99999", 500.0, None),
        ("0.1", 0.1, None),
        ("500", 500.0, None),
        ("501", 500.0, "500 miles at most"),
        ("inf", 500.0, "500 miles at most"),
        ("1e400", 500.0, "500 miles at most"),
        ("0", 25.0, "above 0. We used 25 miles"),
        ("-5", 25.0, "above 0. We used 25 miles"),
        ("nan", 25.0, "above 0. We used 25 miles"),
        ("ten", 25.0, "above 0. We used 25 miles"),
        ("\x00", 25.0, None),
        ("9" * 10_000, 500.0, "500 miles at most"),
    ],
)
def test_within(
    words: Vocabulary, town: Place, text: str, miles: float, sentence: str | None
) -> None:
    criteria, notices = cleaned(encoded([("within", text)]), words, town)
    assert criteria.scope == Circle(HERE, miles)
    assert [sentence in notice for notice in notices if sentence] == [True] * bool(sentence)
    assert bool(notices) == bool(sentence)


@pytest.mark.parametrize(
    ("fields", "scope"),
    [
        ({}, Circle(HERE, 25.0)),
        ({"kind": "postcode"}, Circle(HERE, 25.0)),
        # A county is covered to its edge.
        ({"kind": "county", "radius_miles": 31.4}, Circle(HERE, 32.0)),
        ({"kind": "county", "radius_miles": 8}, Circle(HERE, 25.0)),
        ({"kind": "town", "radius_miles": 31.4}, Circle(HERE, 25.0)),
        ({"kind": "region"}, Area("US", "CT")),
        ({"kind": "country", "region_code": ""}, Area("US")),
    ],
)
def test_where_to_look(words: Vocabulary, fields: dict[str, Any], scope: Any) -> None:
    place = make_place(**fields)
    criteria, notices = cleaned("", words, place)
    assert (criteria.scope, notices) == (scope, [])
    assert criteria.here == Area(place.country, place.region_code)


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ("type=zz", ["We do not know “zz” under “Type of help”, so it was left out."]),
        ("type=zz&type=detox&type=yy", ["“zz” under “Type", "“yy” under “Type"]),
        ("type=1&type=2&type=3&type=4", ["“1” under", "“2” under", "“3” under"]),
        ("type=" + "x" * 90, ["“" + "x" * 40 + "” under"]),
        ("type=a%00%E2%80%AEb", ["“ab” under"]),
        ("programme=detox", ["“detox” under “Has a programme made for”"]),
        ("known=type", ["“type” under “Leave out"]),
        ("sort=money", ["We do not know that order, so the usual one was used."]),
        ("type=medicaid&payment=detox", ["“medicaid” under “Type", "“detox” under “How to pay”"]),
    ],
)
def test_what_was_left_out_is_said(words: Vocabulary, query: str, sentences: list[str]) -> None:
    _criteria, notices = cleaned(query, words)
    assert len(notices) == len(sentences)
    for notice, sentence in zip(notices, sentences, strict=True):
        assert sentence in notice


def test_a_search_holds_a_bounded_number_of_choices(words: Vocabulary) -> None:
    most = filters.MOST_CHOICES
    criteria, notices = cleaned(encoded(CHOICES), words)
    held = [*criteria.chosen.values(), criteria.programmes, criteria.known_only]
    assert sum(map(len, (*held, *criteria.times.values()))) == most
    assert notices == [f"You chose more than {most} filters, so we used the first {most}."]
    few, none = cleaned(encoded(CHOICES[:most]), words)
    assert (sum(map(len, few.chosen.values())), none) == (most, [])


@pytest.mark.parametrize(
    ("miles", "offered"),
    [
        (25.0, [5, 10, 25, 50, 100, 200]),
        (10.0, [5, 10, 25, 50, 100, 200]),
        (12.5, [5, 10, 12.5, 25, 50, 100, 200]),
        (500.0, [5, 10, 25, 50, 100, 200, 500]),
    ],
)
def test_distances_offered(town: Place, miles: float, offered: list[float]) -> None:
    choices = distance_choices(town, miles)
    assert [distance for distance, _ in choices] == offered
    assert [distance for distance, chosen in choices if chosen] == [miles]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=pairs)
@example(asked=[("q", "\ud800\x00\u202e"), ("within", "\ud800"), ("type", "\ud800")])
def test_anything_gives_a_search(
    words: Vocabulary, town: Place, asked: list[tuple[str, str]]
) -> None:
    bound = filter_set(QueryDict(encoded(asked)), words)
    criteria, notices = criteria_from(bound, town, words)
    assert isinstance(criteria.scope, Circle)
    assert 0 < criteria.scope.miles <= MOST_MILES
    assert math.isfinite(criteria.scope.miles)
    assert criteria.sort in SORTS
    assert 1 <= criteria.page < 10**9
    assert criteria.text == clean(criteria.text)
    assert len(criteria.text) <= MOST_LETTERS
    for facet, codes in criteria.chosen.items():
        assert {words.bits[code][0] for code in codes} == {facet}
    assert criteria.known_only <= {*words.by_facet, *MAY_BE_NOT_KNOWN} - {"type"}
    assert all(set(values) <= set(TIMES[facet]) for facet, values in criteria.times.items())
    assert all(notice == clean(notice) and len(notice) < 200 for notice in notices)
    # The address of a search leads to the same search, without any of the sentences.
    address = ResultsAddress(town.slug, chosen_pairs(bound, words))
    again, _ = cleaned(address.url.partition("?")[2], words, town)
    if not notices:
        assert again == replace(criteria, page=1)
