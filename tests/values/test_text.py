"""Cleaning and folding of typed text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.values.text import clean, fold, fold_place, fold_variants


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("  Hartford,  CT ", "hartford ct"),
        ("München", "munchen"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Århus", "arhus"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Đà Nẵng", "da nang"),
        ("Œuvre ÆTAS", "oeuvre aetas"),
        ("Нью-Йорк", "нью йорк"),
        ("Ёлкино", "елкино"),
        ("Київ", "київ"),
        ("O'Fallon", "ofallon"),
        ("Coeur d’Alene", "coeur dalene"),
        ("a_b/c", "a b c"),
        ("ﬁne №5", "fine no5"),
        ("서울", "서울"),
        ("\x00'; DROP TABLE", "drop table"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_place(fold_place(text)) == fold_place(text)


@given(st.text(alphabet="йёїўèüñçåИЁЇ ea"))
def test_composed_and_decomposed_letters_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        ("Muenchen", ("muenchen", "munchen")),
        ("München", ("munchen",)),
        ("Duesseldorf", ("duesseldorf", "dusseldorf")),
        ("Queens", ("queens",)),
        ("Hartford", ("hartford",)),
    ],
)
def test_fold_variants(text: str, variants: tuple[str, ...]) -> None:
    assert fold_variants(text) == variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "Saint Louis"),
        ("Ft Worth", "Fort Worth"),
        ("Mt. Vernon", "Mount Vernon"),
        ("Washington, D.C.", "washington dc"),
        ("U.S.A.", "usa"),
        ("Sainte-Anne", "Ste Anne"),
    ],
)
def test_places_written_in_two_ways_fold_alike(one: str, other: str) -> None:
    assert fold_place(one) == fold_place(other)


def test_only_whole_words_are_abbreviated() -> None:
    assert fold_place("Mountain Fortune Saints") == "mountain fortune saints"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" a\t b\r\n c ", "a b c"),
        ("a\x00b\x1bc", "abc"),
        ("abc\u202edef\u2066", "abcdef"),
        ("\ufeffname\u200b", "name"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_cleaned_text_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned
