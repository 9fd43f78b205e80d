"""Words of listings: postings against a plain dictionary, spellings, and misspelt words."""

import mmap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from listings.search.numbering import Numbers
from listings.search.spelling import spellings
from listings.search.word_building import TextColumn, build_words
from listings.search.words import LONGEST_WORD, Words
from listings.values.text import fold

NAMES = [
    "New Hope Recovery Center",
    "St. Joseph's Hospital",
    "Clínica Ñandú – Ponce",
    "Hope House",
    "",
    "Реабилитационный центр «Надежда»",
    "Women's Recovery Centers, Inc.",
    "Hope Hope hope",
]
# Letters that fold in every way there is: marks, apostrophes, other scripts, controls, separators.
ALPHABET = "aAbés'’`-_ .\n\t\x00\x01\x1f\u2029\u0301\u0306иИйǅßﬁ№ñ한ᄀ\ud800"


def column(texts: Iterable[str]) -> TextColumn:
    """A column with one of these texts in each row."""
    numbers = Numbers[str]()
    of_row = numbers.of(list(texts))
    return TextColumn(list(numbers), of_row)


def words_of(texts: Iterable[str]) -> Words:
    return Words(**build_words(column(texts)))


def plainly(*columns: list[str]) -> dict[str, list[int]]:
    """The rows of each word, the obvious way."""
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(map(" ".join, zip(*columns, strict=True))):
        for word in dict.fromkeys(word[:LONGEST_WORD] for word in fold(text).split()):
            rows.setdefault(word, []).append(row)
    return rows


def unpacked(arrays: dict[str, NDArray[Any]]) -> dict[str, list[int]]:
    """The rows of each word, as the arrays have them."""
    letters, at = arrays["words"].tobytes(), arrays["words_at"].tolist()
    postings, begin = arrays["postings"].tolist(), arrays["postings_at"].tolist()
    return {
        letters[at[n] : at[n + 1]].decode(): postings[begin[n] : begin[n + 1]]
        for n in range(len(at) - 1)
    }


@pytest.mark.parametrize(
    ("word", "prefix", "rows"),
    [
        ("hope", False, {0, 3, 7}),
        ("hop", False, set()),
        ("hop", True, {0, 3, 7}),
        ("h", True, set()),
        ("ho", True, {0, 1, 3, 7}),
        ("clinica", False, {2}),
        ("nandu", False, {2}),
        ("надеж", True, {5}),
        ("центр", False, {5}),
        ("recovery", True, {0, 6}),
        ("", True, set()),
        ("zzz", True, set()),
        ("\ud800", True, set()),
    ],
)
def test_rows(word: str, prefix: bool, rows: set[int]) -> None:
    words = words_of(NAMES)
    assert set(words.rows(word, prefix).tolist()) == rows
    assert words.has(word, prefix) == bool(rows)


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("center", {0, 6}),
        ("centre", {0, 6}),
        ("centers", {0, 6}),
        ("joseph", {1}),
        ("josephs", {1}),
        ("hospitals", {1}),
        ("houses", {3}),
        ("women", {6}),
    ],
)
def test_other_spellings_are_found(typed: str, rows: set[int]) -> None:
    assert set(words_of(NAMES).rows(typed, prefix=False).tolist()) == rows


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("clinic", {"clinics"}),
        ("clinics", {"clinic"}),
        ("families", {"family"}),
        ("family", {"families"}),
        ("churches", {"church"}),
        ("house", {"houses"}),
        ("nurses", {"nurse"}),
        ("class", {"classes"}),
        ("programmes", {"program", "programs", "programme"}),
        ("behavioral", {"behavioural", "behav"}),
        ("saint", {"st"}),
        ("st", {"saint"}),
        ("centers", {"center", "centre", "ctr", "ctrs"}),
        ("serv", {"service", "services"}),
        ("wellness", set()),
        ("campus", set()),
        ("aids", set()),
    ],
)
def test_spellings(word: str, others: set[str]) -> None:
    forms = spellings(word)
    assert forms[0] == word
    assert others <= set(forms)
    assert not {"wellnes", "campu", "aid"} & set(forms)


TEXT = st.text(ALPHABET, max_size=30) | st.text(max_size=20) | st.sampled_from(NAMES)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=12))
def test_arrays_hold_what_folding_gives(texts: list[tuple[str, str]]) -> None:
    columns = [[pair[side] for pair in texts] for side in (0, 1)]
    arrays = build_words(*map(column, columns))
    plain = plainly(*columns)
    assert unpacked(arrays) == plain
    assert list(unpacked(arrays)) == sorted(plain, key=str.encode)


@given(st.lists(st.text("abаб", max_size=8), max_size=8), st.text("abаб", min_size=2, max_size=3))
def test_a_beginning_finds_all_longer_words(texts: list[str], typed: str) -> None:
    rows = words_of(texts).rows(typed, prefix=True)
    begun = {n for n, text in enumerate(texts) if any(w.startswith(typed) for w in text.split())}
    assert begun <= set(rows.tolist())
    others = {n for n, text in enumerate(texts) if set(text.split()) & set(spellings(typed))}
    assert set(rows.tolist()) <= begun | others


def test_many_texts_are_numbered_on() -> None:
    texts = [f"town{number % 7} n{number}" for number in range(10_001)]
    words = words_of(iter(texts))
    assert words.rows("town3", prefix=False).tolist() == list(range(3, 10_001, 7))
    assert words.rows("n10000", prefix=False).tolist() == [10_000]


def test_types_and_sizes_are_those_promised() -> None:
    arrays = build_words(column(NAMES))
    types = {name: array.dtype for name, array in arrays.items()}
    assert types == {
        "words": np.uint8,
        "words_at": np.uint32,
        "postings": np.uint32,
        "postings_at": np.uint32,
    }
    assert len(arrays["words_at"]) == len(arrays["postings_at"]) == len(words_of(NAMES)) + 1


@pytest.mark.parametrize("texts", [[], [""], ["", "…"]])
def test_nothing_is_found_in_nothing(texts: list[str]) -> None:
    words = words_of(texts)
    assert len(words) == 0
    assert words.rows("hope", prefix=True).tolist() == []
    assert not words.has("hope", prefix=True)
    assert words.similar("hope") == []


def test_arrays_may_be_read_from_a_mapped_file(tmp_path: Path) -> None:
    mapped: dict[str, NDArray[Any]] = {}
    for name, array in build_words(column(NAMES)).items():
        path = tmp_path / name
        path.write_bytes(array.tobytes())
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        mapped[name] = np.frombuffer(held, array.dtype)
    words = Words(**mapped)
    rows = words.rows("hope", prefix=True)
    assert rows.tolist() == [0, 3, 7]
    assert np.shares_memory(rows, mapped["postings"])
    assert words.similar("hoep") == ["hope"]


def test_a_very_long_word_is_found_by_its_first_letters() -> None:
    words = words_of(["x" * 1000, "я" * 50])
    assert words.rows("x" * 500, prefix=False).tolist() == [0]
    assert words.rows("я" * LONGEST_WORD, prefix=False).tolist() == [1]


@pytest.mark.parametrize(
    ("typed", "similar"),
    [
        ("hoep", ["hope"]),
        ("recvery", ["recovery"]),
        ("rcoveri", []),
        ("recoverry", ["recovery"]),
        ("rehabilitaton", ["rehabilitation"]),
        ("rehabiliatoin", ["rehabilitation"]),
        ("надежла", ["надежда"]),
        ("cat", []),
        ("", []),
        ("hartfrod", ["hartford", "harford"]),
        ("hartfort", ["hartford", "harford"]),
    ],
)
def test_similar(typed: str, similar: list[str]) -> None:
    texts = ["Hope Recovery", "Rehabilitation car", "Надежда", "Harford", "Hartford", "Hartford"]
    assert words_of(texts).similar(typed) == similar


def test_frequent_words_come_first_among_equals() -> None:
    words = words_of(["marion", "morion", "morion", "marionn", "marino marino"])
    assert words.similar("murion") == ["morion", "marion"]
    assert words.similar("murion", limit=1) == ["morion"]


@given(st.lists(st.text("abcаб", min_size=1, max_size=10)), st.text("abcаб", min_size=1))
def test_similar_finds_all_that_are_near(texts: list[str], typed: str) -> None:
    most = 0 if len(typed) < 4 else 2 if len(typed) >= 8 else 1
    count = Counter(word for text in texts for word in [text])
    near = [word for word in count if most and OSA.distance(word, typed) <= most]
    found = words_of(texts).similar(typed, limit=1000)
    assert sorted(found) == sorted(near)
    errors = [OSA.distance(word, typed) for word in found]
    assert errors == sorted(errors)
