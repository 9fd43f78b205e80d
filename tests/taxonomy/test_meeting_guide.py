"""Meeting Guide feeds: which programme, and what its codes mean."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.taxonomy import (
    TaxonomyError,
    meeting_guide_claims,
    programme_for,
    programmes,
)
from listings.taxonomy.meeting_guide import load_crosswalk


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SMART Recovery Family & Friends", "smart-family-friends"),
        ("SMART Recovery for Families and Friends", "smart-family-friends"),
        ("SMART Recovery", "smart-recovery"),
        ("Al-Anon Family Groups of the Triangle", "al-anon"),
        ("AL-ANON AND ALATEEN", "al-anon"),
        ("Alateen", "alateen"),
        ("Nar-Anon", "nar-anon"),
        ("Families Anonymous", "families-anonymous"),
        ("Learn to Cope, Inc.", "learn-to-cope"),
        ("PAL Group", "pal"),
        ("GRASP", "grasp"),
        ("Adult Children of Alcoholics", "aca"),
        ("District 30 AA", "aa"),
        ("Narcotics Anonymous", "na"),
        ("AA / Al-Anon intergroup", None),
        ("Aardvark club", None),
        ("Palo Alto centre", None),
        ("", None),
    ],
)
def test_programme(text: str, key: str | None) -> None:
    programme = programme_for(text)
    assert (programme.key if programme else None) == key


def test_mutual_aid_is_not_family_support() -> None:
    for key, programme in programmes().items():
        told = {claim.term for claim in meeting_guide_claims(key, []).claims}
        assert ("family-support" in told) is programme.family
        assert ("mutual-aid" in told) is not programme.family


AL_ANON = {
    "AC": "adult-children",
    "Y": "teens",
    "A": "secular",
    "BA": "child-care",
    "BE": "beginners",
    "AA": "",
    "AL": "",
    "O": "open-to-anyone",
    "C": "family-only",
    "FF": "fragrance-free",
    "G": "lgbtq",
    "L": "lgbtq",
    "LGBTQIA": "lgbtq",
    "M": "men",
    "POA": "parents",
    "POC": "people-of-colour",
    "ASL": "sign-language",
    "SM": "smoking-allowed",
    "SP": "speaker",
    "ST": "step-study",
    "T": "transgender",
    "X": "step-free",
    "W": "women",
    "YA": "young-adults",
}


@pytest.mark.parametrize(("code", "term"), AL_ANON.items())
def test_al_anon_codes_one_to_one(code: str, term: str) -> None:
    mapped = meeting_guide_claims("al-anon", [code])
    told = {claim.term for claim in mapped.claims if claim.value}
    assert {"al-anon", "family-support"} <= told
    if term:
        assert term in told
    else:
        assert mapped.not_mapped == (code,)


@pytest.mark.parametrize(
    ("programme", "code", "terms"),
    [
        ("aa", "POA", set()),
        ("al-anon", "POA", {"parents"}),
        ("aa", "C", set()),
        ("smart-family-friends", "C", {"family-only"}),
        ("smart-family-friends", "ONL", {"online"}),
        ("aa", "S", {"lang-es"}),
        ("aa", "AM", {"lang-other"}),
    ],
)
def test_the_same_code_differs_by_programme(programme: str, code: str, terms: set[str]) -> None:
    implied = {claim.term for claim in meeting_guide_claims(programme, []).claims}
    mapped = meeting_guide_claims(programme, [code])
    assert {claim.term for claim in mapped.claims} - implied == terms
    assert mapped.unknown == ()


def test_codes_nobody_knows_are_reported() -> None:
    assert meeting_guide_claims("al-anon", ["QQ"]).unknown == ("QQ",)
    mapped = meeting_guide_claims("", ["ONL", "C"])
    assert [claim.term for claim in mapped.claims] == ["online"]
    assert mapped.unknown == ("C",)


@given(st.sampled_from([*programmes(), "", "moon"]), st.lists(st.text(max_size=4)), st.text())
def test_any_codes_and_names_are_answered(programme: str, codes: list[str], text: str) -> None:
    meeting_guide_claims(programme, codes)
    programme_for(text)


@pytest.mark.parametrize(
    ("file", "programme", "rows"),
    [
        ("smart_family_friends.json", "smart-family-friends", 49),
        ("raleigh_2017_first120.json", "aa", 120),
    ],
)
def test_real_feeds_hold_no_unknown_code(
    shared_data: Path, file: str, programme: str, rows: int
) -> None:
    meetings = json.loads((shared_data / "meetings" / file).read_text(encoding="utf-8"))
    assert len(meetings) == rows
    for meeting in meetings:
        assert meeting_guide_claims(programme, meeting["types"]).unknown == ()
        if "entity" in meeting:
            named = programme_for(meeting["entity"])
            assert named is not None
            assert named.key == programme


def test_every_type_of_the_format_is_known(shared_data: Path) -> None:
    types = json.loads((shared_data / "meetings" / "meeting_types.json").read_text("utf-8"))
    assert meeting_guide_claims("aa", types).unknown == ()


SHARED = "[vocabulary.shared]\n"
PROGRAMME = (
    '[programme.{key}]\nlabel = "L"\nfamily = {family}\npatterns = {patterns}\n'
    'yes = ["cbt"]\nvocabulary = "shared"\n'
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[programme.a]\n[vocabulary.a]", "needs the vocabulary 'shared'"),
        ("[programme.a]\n" + SHARED, "claims nothing"),
        (SHARED, "programme must be a table"),
        (PROGRAMME.format(key="a", family="true", patterns="[]") + SHARED, "family = true exactly"),
        (PROGRAMME.format(key="a", family="false", patterns='["A"]') + SHARED, "write 'a'"),
        (
            PROGRAMME.format(key="a", family="false", patterns='["x"]')
            + PROGRAMME.format(key="b", family="false", patterns='["x"]')
            + SHARED,
            "pattern 'x' of 'a'",
        ),
        (
            PROGRAMME.format(key="a", family="false", patterns="[]").replace("shared", "moon")
            + SHARED,
            "unknown vocabulary 'moon'",
        ),
        ('[programme]\n[vocabulary.a]\nextends = "shared"\n' + SHARED, "must stand before it"),
        (SHARED + 'X = { label = "X", yes = ["moon"] }\n[programme]', "unknown term 'moon'"),
    ],
)
def test_a_wrong_entry_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "meeting_guide.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=sentence):
        load_crosswalk(path)
