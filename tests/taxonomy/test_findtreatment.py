"""FindTreatment.gov's services: labels, other wordings, kinds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.taxonomy import TaxonomyError, findtreatment_claims, findtreatment_in_scope
from listings.taxonomy.findtreatment import load_crosswalk, meaning, normal
from listings.taxonomy.samhsa import directories

# Labels that two codes share: the code of the group tells which is meant.
SHARED_LABELS = {"Young adults", "Young Adults"}


def said(kind: str, group: str, texts: str) -> dict[str, str]:
    """Return the claims of one service as {term: "yes", "no" or the degree}."""
    claims = findtreatment_claims(kind, [{"f1": "drifts", "f2": group, "f3": texts}]).claims
    return {claim.term: (claim.degree or "yes") if claim.value else "no" for claim in claims}


@pytest.mark.parametrize(
    ("kind", "group", "texts", "expected"),
    [
        ("SA", "PAY", "Medicaid", {"medicaid": "yes", "public-funded": "yes"}),
        ("sa", "pay", " MEDICAID ;", {"medicaid": "yes", "public-funded": "yes"}),
        ("SA", "AGE", "Young adults", {"young-adults": "accepts"}),
        ("SA", "SG", "Young adults", {"young-adults": "dedicated"}),
        ("SA", "SG", "Transitional age young adults", {"young-adults": "dedicated"}),
        ("SA", "EXCL", "DUI/DWI clients", {"dui": "dedicated"}),
        (
            "SA",
            "EXCL",
            "Methadone and buprenorphine clients only",
            {"opioid-medication-clients": "only"},
        ),
        (
            "SA",
            "PHR",
            "Buprenorphine with naloxone  (Suboxone®)",
            {"buprenorphine": "yes", "buprenorphine-naloxone": "yes"},
        ),
        (
            "SA",
            "SET",
            "Residential; Short-term residential",
            {"inpatient": "yes", "residential": "yes", "short-term-residential": "yes"},
        ),
        ("MH", "SET", "Residential", {}),
        ("MH", "SET", "Partial hospitalization/day treatment", {}),
        ("MH", "TAP", "Integrated dual disorders treatment", {"co-occurring-care": "yes"}),
    ],
)
def test_services(kind: str, group: str, texts: str, expected: dict[str, str]) -> None:
    assert said(kind, group, texts) == expected


def test_a_setting_counts_when_the_row_treats_addiction() -> None:
    services = [
        {"f2": "SET", "f3": "Outpatient"},
        {"f2": "TC", "f3": "Substance use treatment"},
    ]
    claims = findtreatment_claims("MH", services).claims
    assert [claim.term for claim in claims] == ["outpatient"]
    assert findtreatment_in_scope("MH", services)
    assert not findtreatment_in_scope("MH", services[:1])


def test_what_is_not_understood_is_reported() -> None:
    mapped = findtreatment_claims(
        "SA", [{"f2": "SET", "f3": "Moon base; Outpatient"}, {"f2": "TC", "f3": None}, {}]
    )
    assert mapped.unknown == ("SET: Moon base",)
    assert findtreatment_claims("SA", [{"f2": "X", "f3": "Young adults"}]).unknown


def test_an_unknown_kind_claims_nothing() -> None:
    mapped = findtreatment_claims("BUPE", [{"f2": "PAY", "f3": "Medicaid"}])
    assert (mapped.claims, mapped.unknown) == ((), ("typeFacility: BUPE",))
    assert not findtreatment_in_scope("BUPE", [])


@pytest.mark.parametrize("name", ["substance", "mental"])
def test_every_samhsa_label_is_understood(name: str) -> None:
    for code, service in directories()[name].codes.items():
        found = meaning(name, "any group", service.label)
        if service.label in SHARED_LABELS:
            assert found is None
        else:
            table = directories()[name].codes
            assert found is not None
            assert table[found.codes[0]].rules == table[code].rules


@given(st.sampled_from(["SA", "MH", ""]), st.text(max_size=8), st.text(max_size=40))
def test_any_text_is_answered(kind: str, group: str, text: str) -> None:
    findtreatment_claims(kind, [{"f2": group, "f3": text}])


def test_the_real_export_holds_nothing_unknown(shared_data: Path) -> None:
    path = shared_data / "findtreatment" / "exportsAsJson.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 12
    for row in rows:
        mapped = findtreatment_claims(row["typeFacility"], row["services"])
        assert mapped.unknown == ()
        assert mapped.contradictions == ()
        assert mapped.claims


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[kinds]\nSA = "moon"', "'moon' is no SAMHSA directory"),
        ("[moon.X]", "'moon' is no SAMHSA directory"),
        ("[substance]\nX = 1", "must be a table"),
        ('[substance.X]\n"Big" = { as = ["MD"] }', "not normalised"),
        ('[substance.X]\n"a" = { as = ["QQQ"] }', "unknown code 'QQQ'"),
        ('[substance.X]\n"a" = { as = ["MD"], yes = ["cbt"] }', "either as"),
        ('[substance.X]\n"a" = { as = [] }', "either as"),
        ('[substance.X]\n"a" = {}', "claims nothing"),
    ],
)
def test_a_wrong_entry_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "findtreatment.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=sentence):
        load_crosswalk(path)


def test_normal() -> None:
    assert normal("  Acamprosate  (Campral®) ") == "acamprosate (campral)"
