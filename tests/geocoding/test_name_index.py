"""Names in sorted arrays: what they find, and when they are read."""

import threading
import time
from array import array
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from listings.geocoding import known, name_index
from listings.geocoding.name_index import NameIndex, SortedTexts
from listings.models import Place, PlaceName
from tests.factories import make_place

NAMES = ["hart", "hartford", "hartford", "hartford city", "hartland", "phoenix", "st paul",
         "москва", "東京"]  # fmt: skip
folded = st.text(alphabet="abcst мо東🙂", max_size=8)


def sorted_texts(texts: list[str]) -> SortedTexts:
    encoded = sorted(text.encode() for text in texts)
    starts = array("i", accumulate((len(text) for text in encoded), initial=0))
    return SortedTexts(b"".join(encoded), starts)


@pytest.mark.parametrize(
    ("text", "equal", "begun"),
    [
        ("hart", ["hart"], ["hart", "hartford", "hartford", "hartford city", "hartland"]),
        ("hartford", ["hartford"] * 2, ["hartford", "hartford", "hartford city"]),
        ("hartford ", [], ["hartford city"]),
        ("моск", [], ["москва"]),
        ("東", [], ["東京"]),
        ("", [], sorted(NAMES)),
        ("zz", [], []),
        ("a", [], []),
    ],
)
def test_what_is_found(text: str, equal: list[str], begun: list[str]) -> None:
    texts = sorted_texts(NAMES)
    assert [texts.text(at) for at in texts.equal_to(text)] == equal
    assert [texts.text(at) for at in texts.beginning_with(text)] == begun


@given(st.lists(folded), folded)
def test_the_arrays_find_what_a_list_finds(texts: list[str], wanted: str) -> None:
    index = sorted_texts(texts)
    assert [index.text(at) for at in index.equal_to(wanted)] == [wanted] * texts.count(wanted)
    begun = sorted(text for text in texts if text.startswith(wanted))
    assert [index.text(at) for at in index.beginning_with(wanted)] == begun


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pheon", {"phoenix"}),
        ("pohen", {"phoenix"}),
        ("phonix", {"phoenix"}),
        ("phoxnix", {"phoenix"}),
        ("phoenixx", {"phoenix"}),
        ("hartfrod", {"hartford", "hartford city"}),
        ("hartlnd", {"hartland"}),
        ("мсокв", {"москва"}),
        ("poenix", {"phoenix"}),
        ("ohoenix", set()),  # the first letter is wrong
        ("phxnxx", set()),  # two letters are wrong
        ("xx", set()),
        ("", set()),
    ],
)
def test_one_typing_error(typed: str, meant: set[str]) -> None:
    texts = sorted_texts(NAMES)
    assert {texts.text(at) for span in texts.one_error_from(typed) for at in span} == meant


@given(st.lists(folded), folded)
def test_what_resembles_begins_with_at_most_one_error(texts: list[str], typed: str) -> None:
    index = sorted_texts(texts)
    for span in index.one_error_from(typed):
        for at in span:
            beginnings = [index.text(at)[:size] for size in range(len(typed) + 2)]
            assert min(OSA.distance(typed, each) for each in beginnings) <= 1


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys repeat from test to test, so that what was read for another would be taken for ours."""
    monkeypatch.setattr(known, "_kept", {})
    monkeypatch.setattr(name_index, "_kept", [])


def names_of(index: NameIndex) -> dict[str, set[int]]:
    """The keys of the places by name."""
    found: dict[str, set[int]] = {}
    for at, owner in enumerate(index.name_owners):
        found.setdefault(index.names.text(at), set()).add(int(index.pks[owner >> 1]))
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_read")
def test_every_name_leads_to_its_places() -> None:
    small = make_place("hartford-me", region_code="ME", prominence=1_001)
    large = make_place()
    code = make_place("06103", kind="postcode", name="06103", prominence=0)
    PlaceName.objects.create(place=large, name="Харфорд", name_folded="харфорд")
    index = name_index.name_index()
    assert names_of(index) == {"hartford": {small.pk, large.pk}, "харфорд": {large.pk}}
    assert index.pks.tolist() == [large.pk, small.pk, code.pk]
    assert index.pks[index.code_owners].tolist() == [code.pk]
    assert [index.at_least(people) for people in (0, 1_001, 1_002, 200_000)] == [3, 2, 1, 0]


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_read")
def test_an_empty_table_has_no_names() -> None:
    index = name_index.name_index()
    assert not index.names.beginning_with("")
    assert not list(index.names.one_error_from("hartford"))
    assert index.at_least(0) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_read")
def test_it_is_read_again_only_when_the_table_changed() -> None:
    place = make_place()
    first = name_index.name_index()
    assert name_index.name_index() is first
    make_place("mystic-ct", name="Mystic")
    assert set(names_of(name_index.name_index())) == {"hartford", "mystic"}
    Place.objects.exclude(pk=place.pk).delete()
    assert set(names_of(name_index.name_index())) == {"hartford"}


@pytest.mark.usefixtures("nothing_read")
def test_many_that_ask_at_once_read_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def slowly() -> object:
        time.sleep(0.05)
        read.append(object())
        return read[-1]

    monkeypatch.setattr(name_index, "_read", slowly)
    monkeypatch.setattr(name_index, "table_state", lambda: ("one", 1, None))
    got: list[object] = []
    threads = [
        threading.Thread(target=lambda: got.append(name_index.name_index())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == read * 8
