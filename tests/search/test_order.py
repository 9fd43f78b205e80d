"""The order of results: one pure rule, moved by nothing but what it documents."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.models import Listing
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.gathering import MeetingRow, OpeningRow
from listings.search.order import KEYS, SORTS, order_of
from listings.search.phrases import Unit
from listings.values.geo import Point
from tests.search.rows import NOW, TODAY, bits, index_of, listing_row

HARTFORD = Circle(Point(41.76, -72.68), 25)
TERMS = {"detox": ("type", 0), "medicaid": ("payment", 5), "private": ("ownership", 9)}
NORTH = {"latitude": 41.80}


@pytest.mark.parametrize(
    ("first", "second", "criteria"),
    [
        pytest.param(
            {"yes": bits(5)}, {"latitude": 41.7601}, {"chosen": {"payment": ("medicaid",)}},
            id="known before not known, though farther",
        ),
        pytest.param({}, NORTH, {}, id="nearer first"),
        pytest.param(NORTH, {"unverified": True}, {}, id="verified first, though farther"),
        pytest.param(
            {}, {"unverified": True, "yes": bits(5)}, {"chosen": {"payment": ("medicaid",)}},
            id="verified before all choices known",
        ),
        pytest.param({}, {"confirmed": TODAY - 1}, {}, id="checked later first"),
        pytest.param({"tie": 1}, {"tie": 2}, {}, id="then the fixed number"),
        pytest.param(NORTH, {"confirmed": TODAY - 3}, {"sort": "checked"}, id="by check"),
        pytest.param({"name": "Alpha", **NORTH}, {"name": "Beta"}, {"sort": "name"}, id="by name"),
        pytest.param({"name": "Alpha", "confirmed": TODAY - 9}, {"name": "Beta"}, {"scope": None},
                     id="without a place by name"),
        pytest.param({"confirmed": TODAY}, {"confirmed": TODAY - 1}, {"scope": Area("US")},
                     id="then by check"),
        pytest.param({"unverified": True}, NORTH, {"sort": "distance"}, id="nearest first"),
    ],
)  # fmt: skip
def test_first_stands_first(
    first: dict[str, Any], second: dict[str, Any], criteria: dict[str, Any]
) -> None:
    # Whichever has the lower key or comes first in the table.
    for pks in ((1, 2), (2, 1)):
        ties = [{"tie": 7}, {"tie": 7}] if "tie" not in first else [{}, {}]
        rows = [
            listing_row(pk, **(tie | parts))
            for pk, tie, parts in zip(pks, ties, (first, second), strict=True)
        ]
        for given_rows in (rows, rows[::-1]):
            asked = SearchCriteria(**({"scope": HARTFORD} | criteria))
            found = index_of(given_rows).answer(asked, TERMS, NOW).found
            assert [one.pk for one in found] == list(pks)


def test_a_name_with_all_the_words_stands_before_a_town_with_them() -> None:
    rows = [
        listing_row(1, name="Clinic", city="Hope"),
        listing_row(2, name="Hope House", latitude=41.9),
    ]
    asked = SearchCriteria(scope=HARTFORD, text="hope")
    found = index_of(rows).answer(asked, TERMS, NOW, [Unit(("hope",), frozenset())]).found
    assert [one.pk for one in found] == [2, 1]


def test_soonest_opening_and_next_meeting() -> None:
    rows = [listing_row(pk) for pk in range(1, 7)]
    later = NOW.timestamp() + 3600
    openings = [
        OpeningRow(3, "open", -1, later), OpeningRow(2, "waiting-list", 3, later),
        OpeningRow(5, "waiting-list", 30, later), OpeningRow(1, "full", -1, later),
        OpeningRow(6, "open", -1, NOW.timestamp() - 1),
    ]  # fmt: skip
    meetings = [
        MeetingRow(4, 7, 16 * 60, 60, "America/New_York", 0, 0),  # Sunday, in half an hour
        MeetingRow(2, 7, 15 * 60, 60, "America/New_York", 0, 0),  # going on
        MeetingRow(1, 7, 14 * 60, 60, "America/New_York", 0, 0),  # next Sunday
    ]
    index = index_of(rows, meetings, openings)

    def order(sort: str) -> list[int]:
        asked = SearchCriteria(scope=HARTFORD, sort=sort)
        return [one.pk for one in index.answer(asked, TERMS, NOW).found]

    assert order("opening") == [3, 2, 5, 1, 4, 6]
    assert order("meeting") == [2, 4, 1, 3, 5, 6]


others = st.fixed_dictionaries(
    {
        "second_name": st.text(max_size=20),
        "provider": st.text(max_size=20),
        "city": st.text(max_size=20),
        "opening_hours": st.sampled_from(["", "24/7"]),
        "yes": st.integers(0, 2**319).map(lambda word: (word & ~1).to_bytes(40, "little")),
        "dedicated": st.integers(0, 2**319).map(lambda word: word.to_bytes(40, "little")),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(others, min_size=5, max_size=5), st.permutations(range(5)), st.sampled_from(SORTS))
def test_nothing_else_moves_a_listing(
    dressed: list[dict[str, Any]], shuffled: list[int], sort: str
) -> None:
    """Owner, provider, prices, programmes, the order of entry: none of them moves a listing."""
    plain = [listing_row(n + 1, latitude=41.76 + n % 3 / 100, tie=n * 7 % 5) for n in range(5)]
    changed = [row._replace(pk=shuffled[n] + 1, **dressed[n]) for n, row in enumerate(plain)]
    criteria = SearchCriteria(scope=HARTFORD, sort=sort)
    expected = [one.pk for one in index_of(plain).answer(criteria, {}, NOW).found]
    found = [one.pk for one in index_of(changed).answer(criteria, {}, NOW).found]
    assert found == [shuffled[pk - 1] + 1 for pk in expected]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("measured", [True, False])
def test_every_order_ends_with_the_fixed_number(sort: str, measured: bool) -> None:
    order = order_of(sort, measured=measured)
    assert order[-1] == "tie"
    assert set(order) <= set(KEYS)
    assert len(set(order)) == len(order)


def test_no_field_for_sponsors_exists() -> None:
    names = " ".join(field.name for field in Listing._meta.get_fields()).lower()
    assert not any(word in names for word in ("sponsor", "featured", "paid", "boost", "rank"))
