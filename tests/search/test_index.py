"""An index and its segments: what changes, what leaves, and what hangs on a listing."""

import pytest

from listings.search import index as module
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.gathering import MeetingRow, OpeningRow
from listings.search.index import Changed, Index, Stamp
from listings.values.geo import Point
from tests.search.rows import NOW, bits, index_of, listing_row

TERMS = {"detox": ("type", 0), "online": ("attendance", 7)}
EVERYTHING = SearchCriteria()
HARTFORD = Point(41.76, -72.68)
NEAR = SearchCriteria(scope=Circle(HARTFORD, 10))


def found(index: Index, criteria: SearchCriteria = EVERYTHING) -> list[int]:
    return [one.pk for one in index.answer(criteria, TERMS, NOW).found]


def changed(index: Index, *changes: Changed) -> Index:
    return index.with_changes(Stamp("test", index.stamp.version + 1), changes)


def test_an_empty_index_answers() -> None:
    answer = index_of([]).answer(SearchCriteria(chosen={"type": ("detox",)}), TERMS, NOW)
    assert (answer.found, answer.total) == ([], 0)
    assert answer.counts.facts["detox"] == (0, 0)


def test_a_change_is_found_and_the_index_before_it_stays_as_it_was() -> None:
    before = index_of([listing_row(1, name="Old"), listing_row(2)])
    after = changed(before, Changed(1, listing_row(1, name="New", latitude=10.0)))
    assert sorted(found(after)) == [1, 2]
    assert found(after, NEAR) == [2]
    assert sorted(found(before, NEAR)) == [1, 2]
    assert after.stamp.version == before.stamp.version + 1


def test_what_is_withdrawn_is_gone_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "YOUNG", 2)
    index = index_of([listing_row(pk) for pk in (1, 2, 3)])
    index = changed(index, *(Changed(pk, listing_row(pk)) for pk in (4, 5, 6)))  # grown
    index = changed(index, Changed(7, listing_row(7)))  # young
    assert len(index.segments) == 3
    for pk in (1, 4, 7):
        index = changed(index, Changed(pk, None))
        assert pk not in found(index)
    assert sorted(found(index)) == [2, 3, 5, 6]
    # What comes back is there once.
    index = changed(index, Changed(4, listing_row(4)), Changed(1, listing_row(1)))
    assert sorted(found(index)) == [1, 2, 3, 4, 5, 6]


def test_pages_run_on_over_all_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "YOUNG", 3)
    names = {pk: f"House {pk * 7 % 10}" for pk in range(10)}
    index = index_of([listing_row(pk + 1, name=names[pk]) for pk in range(4)])
    index = changed(
        index, *(Changed(p + 1, listing_row(p + 1, name=names[p])) for p in range(4, 8))
    )
    index = changed(index, *(Changed(p + 1, listing_row(p + 1, name=names[p])) for p in (8, 9)))
    seen = []
    for page in (1, 2, 3, 4):
        seen += found(index, SearchCriteria(page=page, page_size=3))
    assert [names[pk - 1] for pk in seen] == [f"House {number}" for number in range(10)]


def test_meetings_and_openings_change_with_their_listing() -> None:
    index = index_of(
        [listing_row(1)],
        [MeetingRow(1, 2, 19 * 60, 60, "America/New_York", 0, 0)],
        [OpeningRow(1, "open", -1, NOW.timestamp() + 60)],
    )
    tuesday = SearchCriteria(times={"day": ("tue",)})
    opening = SearchCriteria(times={"opening": ("open",)}, known_only=frozenset({"opening"}))
    assert (found(index, tuesday), found(index, opening)) == ([1], [1])
    index = changed(index, Changed(1, listing_row(1)))
    assert (found(index, tuesday), found(index, opening)) == ([], [])


@pytest.mark.parametrize(
    ("country", "region", "here", "expected"),
    [
        ("", "", Area("US", "CT"), True),
        ("US", "", Area("US", "CT"), True),
        ("US", "CT", Area("US", "CT"), True),
        ("US", "NY", Area("US", "CT"), False),
        ("CA", "", Area("US", "CT"), False),
        ("US", "NY", Area("US", ""), True),
        ("CA", "ON", None, True),
    ],
)
def test_online_groups_are_shown_where_they_serve(
    country: str, region: str, here: Area | None, expected: bool
) -> None:
    group = listing_row(1, online_only=True, latitude=None, longitude=None, country=country,
                        region=region, yes=bits(7))  # fmt: skip
    index = index_of([group, listing_row(2, latitude=-10.0)])
    online = SearchCriteria(
        scope=Circle(HARTFORD, 25), here=here, chosen={"attendance": ("online",)}
    )
    assert found(index, online) == ([1] if expected else [])
    assert found(index, NEAR) == []


def test_a_listing_without_a_point_is_found_by_its_address_alone() -> None:
    index = index_of([listing_row(1, latitude=None, longitude=None)])
    assert found(index, NEAR) == []
    assert found(index, SearchCriteria(scope=Area("US", "CT"))) == [1]
    assert found(index) == [1]


@pytest.mark.parametrize(
    ("latitude", "longitude", "centre", "miles"),
    [
        (89.99, 10.0, Point(89.99, -170.0), 5),
        (-90.0, 0.0, Point(-89.95, 77.0), 5),
        (0.0, 179.99, Point(0.0, -179.99), 5),
        (0.0, 180.0, Point(0.0, -180.0), 0.5),
        (-41.3, 174.8, Point(41.3, -5.2), 13_000),
    ],
)
def test_poles_antimeridian_and_the_far_side_of_the_earth(
    latitude: float, longitude: float, centre: Point, miles: float
) -> None:
    index = index_of([listing_row(1, latitude=latitude, longitude=longitude)])
    assert found(index, SearchCriteria(scope=Circle(centre, miles))) == [1]
