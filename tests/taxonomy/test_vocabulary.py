"""Facets and terms: the files as they are, and every mistake that a file may hold."""

import re
from pathlib import Path

import pytest

from listings.taxonomy import TaxonomyError, check, facets, terms
from listings.taxonomy.vocabulary import load_facets, load_terms

# The words that hurt, and what they are kept apart from: "12-step" names and medical terms stay.
BANNED = re.compile(
    r"\b(ex-)?addicts?\b|\bjunkies?\b|\babusers?\b|\b(drug|substance) abuse\b|\bhabits?\b"
    r"|\bclean\b|\bdirty\b|\busers?\b|\brelapsed\b|\b(substitution|replacement) therapy\b",
    re.IGNORECASE,
)

FACETS = """
retired_bits = [9]
[[facet]]
code = "kind"
label = "Kind"
help = "A kind."
"""

TERM = """
[[term]]
code = "{code}"
bit = {bit}
label = "Label"
help = "Help."
{more}
"""


def write(root: Path, terms_text: str, facets_text: str = FACETS) -> Path:
    """Write a taxonomy of one facet and return its folder."""
    (root / "terms").mkdir()
    (root / "facets.toml").write_text(facets_text, encoding="utf-8")
    (root / "terms" / "kind.toml").write_text(terms_text, encoding="utf-8")
    return root


def test_it_works() -> None:
    check()
    assert [code for code, term in terms().items() if term.facet == "type"] == [
        "detox",
        "inpatient",
        "outpatient",
        "family-support",
    ]


def test_there_is_room_for_every_bit() -> None:
    bits = [term.bit for term in terms().values()]
    assert len(bits) == len(set(bits))
    assert len(bits) <= 300
    assert max(bits) < 320


def test_only_the_facet_for_whom_has_degrees() -> None:
    assert [facet.code for facet in facets().values() if facet.degrees] == ["population"]


def test_the_first_screen_is_short() -> None:
    assert 1 <= sum(facet.first_screen for facet in facets().values()) <= 8


@pytest.mark.parametrize("name", [*terms(), *facets()])
def test_words_are_short_and_kind(name: str) -> None:
    thing = terms().get(name) or facets()[name]
    assert len(thing.label) <= 60
    assert len(thing.help) <= 160
    assert thing.help.endswith(".")
    assert not BANNED.search(f"{thing.label} {thing.help}")


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("detox-alcohol", "detox"),
        ("hospital-inpatient", "inpatient"),
        ("otp", "outpatient"),
        ("al-anon", "family-support"),
        ("aa", "mutual-aid"),
        ("detox-with-methadone", ""),
    ],
)
def test_narrower_terms_know_the_broader(code: str, parent: str) -> None:
    assert terms()[code].parent == parent


def test_codes_of_others_are_kept() -> None:
    external = terms()["intensive-outpatient"].external
    assert external["asam3"] == ("2.1",)
    assert external["open_eligibility"] == ("1181",)
    assert terms()["lang-es"].external["iso639"] == ("es",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TERM.format(code="a", bit=1, more="") + TERM.format(code="a", bit=2, more=""), "repeats"),
        (TERM.format(code="a", bit=1, more="") + TERM.format(code="b", bit=1, more=""), "has bit"),
        (TERM.format(code="a", bit=9, more=""), "retired bit 9"),
        (TERM.format(code="a", bit=320, more=""), "bits 0 to 319"),
        (TERM.format(code="a", bit="true", more=""), "needs bit"),
        (TERM.format(code="A b", bit=1, more=""), "bad code"),
        (TERM.format(code="", bit=1, more=""), "needs code"),
        (TERM.format(code="a", bit=1, more='parent = "b"'), "unknown parent 'b'"),
        (TERM.format(code="a", bit=1, more='parent = "a"'), "its own ancestor"),
        (TERM.format(code="a", bit=1, more='filterable = "no"'), "true or false"),
        (TERM.format(code="a", bit=1, more='external = "x"'), "must be a table"),
        (TERM.format(code="a", bit=1, more="external = { x = [1] }"), "a list of texts"),
        (TERM.format(code="a", bit=1, more='external = { x = ["1", "1"] }'), "twice"),
        (TERM.format(code="a", bit=1, more='colour = "red"'), "unknown key 'colour'"),
        ("", r"at least one \[\[term\]\]"),
        ("term = [1]", "must be a table"),
        ("term = ", "not valid TOML"),
    ],
)
def test_a_wrong_term_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(TaxonomyError, match=sentence) as caught:
        load_terms(write(tmp_path, text))
    assert "kind.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (FACETS + FACETS.split("\n", 2)[2], "repeats the code 'kind'"),
        (FACETS.replace('"kind"', '"Kind!"'), "small letters and underscores"),
        (FACETS.replace('label = "Kind"', ""), "needs label"),
        ("retired_bits = []", r"at least one \[\[facet\]\]"),
    ],
)
def test_a_wrong_facet_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(TaxonomyError, match=sentence):
        load_facets(write(tmp_path, "", text))


def test_retired_bits_must_be_listed(tmp_path: Path) -> None:
    root = write(tmp_path, TERM.format(code="a", bit=1, more=""), FACETS.replace("[9]", '"9"'))
    with pytest.raises(TaxonomyError, match="retired_bits"):
        load_terms(root)


def test_a_file_without_facet_gets_a_sentence(tmp_path: Path) -> None:
    root = write(tmp_path, TERM.format(code="a", bit=1, more=""))
    (root / "terms" / "colour.toml").write_text("", encoding="utf-8")
    with pytest.raises(TaxonomyError, match="no facet 'colour'"):
        load_terms(root)


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"facets\.toml: the file is missing"):
        load_facets(tmp_path)
