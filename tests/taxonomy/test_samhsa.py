"""SAMHSA's codes: what rows of codes claim, and that all 400 are accounted for."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.taxonomy import Claim, TaxonomyError, in_scope, samhsa_claims, terms
from listings.taxonomy.samhsa import directories, load_directories

CODES = sorted({code for directory in directories().values() for code in directory.codes})


def said(directory: str, codes: str) -> dict[str, str]:
    """Return the claims of a row as {term: "yes", "no" or the degree}."""
    claims = samhsa_claims(directory, codes.split()).claims
    return {claim.term: (claim.degree or "yes") if claim.value else "no" for claim in claims}


@pytest.mark.parametrize(
    ("directory", "codes", "expected"),
    [
        ("substance", "MD", {"medicaid": "yes", "public-funded": "yes"}),
        ("substance", "NP", {"free": "yes"}),
        ("substance", "SP", {"lang-es": "yes"}),
        ("substance", "FX NX", {"lang-native-american": "yes", "lang-other": "yes"}),
        ("substance", "DT", {"detox": "yes"}),
        ("substance", "HID", {"detox": "yes", "detox-hospital": "yes"}),
        ("substance", "ADTX", {"detox": "yes", "detox-alcohol": "yes", "alcohol": "yes"}),
        ("substance", "MDET", {"detox-medicines": "yes"}),
        ("substance", "HH", {"inpatient": "yes", "recovery-housing": "yes"}),
        ("substance", "OIT", {"outpatient": "yes", "intensive-outpatient": "yes"}),
        ("substance", "FCO", {"family-support": "yes", "family-counselling": "yes"}),
        ("substance", "CHLD", {"adolescents": "accepts"}),
        ("substance", "AD CHLD", {"adolescents": "dedicated"}),
        ("substance", "FEM", {"women": "accepts"}),
        ("substance", "WN FEM", {"women": "dedicated"}),
        ("substance", "DU", {"dui": "dedicated"}),
        ("substance", "DUO DU", {"dui": "only"}),
        ("substance", "OUDO", {"opioids": "yes", "opioid-clients": "only"}),
        ("substance", "VO VET", {"veterans": "only"}),
        ("substance", "NMAUT", {"alcohol-medication": "no"}),
        ("substance", "NAUT", {"alcohol-medication": "no", "alcohol": "no"}),
        ("substance", "SMON", {"smoke-free": "yes", "smoking-allowed": "no"}),
        ("substance", "MOA", {"accepts-prescribed-elsewhere": "yes"}),
        (
            "substance",
            "NMOA",
            {
                "prescribes-and-continues": "no",
                "does-not-use-it": "yes",
            },
        ),
        (
            "substance",
            "NOOP",
            {"prescribes-and-continues": "no", "no-opioid-treatment": "yes", "opioids": "no"},
        ),
        ("substance", "SA STU INPE", {}),
        ("mental", "OP", {}),
        ("mental", "OP MH", {"mental-health-services": "yes"}),
        ("mental", "OP SA", {"outpatient": "yes"}),
        ("mental", "RES SA", {"inpatient": "yes", "residential": "yes"}),
        (
            "mental",
            "PHDT SUMH",
            {"outpatient": "yes", "day-programme": "yes", "co-occurring-care": "yes"},
        ),
        ("mental", "FPSY", {"family-support": "yes", "family-education": "yes"}),
        ("mental", "ZIPRA CLOZA", {}),
    ],
)
def test_rows(directory: str, codes: str, expected: dict[str, str]) -> None:
    assert said(directory, codes) == expected


@pytest.mark.parametrize(
    ("codes", "stance"),
    [
        ("MM", {"prescribes-and-continues"}),
        ("BU", {"prescribes-and-continues"}),
        ("DM", {"taper-only"}),
        ("DLC", {"taper-only"}),
        ("DB BU", set()),  # used in treatment, but whether one may stay on it is not said
        ("MWS", set()),  # a maintenance service, with withdrawal after it
        ("NU", set()),  # naltrexone is no medicine one stays on as one does on these
        ("DB BU BUM", {"prescribes-and-continues"}),
        ("MWS MM MOA", {"prescribes-and-continues", "accepts-prescribed-elsewhere"}),
        ("UB", set()),
    ],
)
def test_stance_on_opioid_medication(codes: str, stance: set[str]) -> None:
    assert {term for term in said("substance", codes) if terms()[term].facet == "stance"} == stance


@pytest.mark.parametrize("codes", ["DM", "DB", "DLC", "MDET", "DM DB DLC MDET"])
def test_a_method_of_detox_is_not_the_service(codes: str) -> None:
    assert "detox" not in said("substance", codes)


def test_codes_left_out_and_codes_nobody_knows_are_told_apart() -> None:
    mapped = samhsa_claims("mental", ["ZIPRA", "QQQ", "MD"])
    assert (mapped.not_mapped, mapped.unknown) == (("ZIPRA",), ("QQQ",))


def test_a_yes_and_a_no_claim_nothing() -> None:
    mapped = samhsa_claims("substance", ["SMON", "SMPD"])
    assert mapped.claims == ()
    assert mapped.contradictions == ("smoke-free", "smoking-allowed")


@pytest.mark.parametrize(
    ("directory", "codes", "expected"),
    [
        ("substance", "", True),
        ("mental", "MH OP", False),
        ("mental", "MH SA", True),
        ("mental", "SUMH", True),
        ("mental", "IDD", True),
        ("mental", "FPSY", True),
    ],
)
def test_scope(directory: str, codes: str, expected: bool) -> None:
    assert in_scope(directory, codes.split()) is expected


def test_an_unknown_directory_gets_a_sentence() -> None:
    with pytest.raises(TaxonomyError, match="no directory 'moon'; use one of substance, mental"):
        samhsa_claims("moon", [])


@given(
    st.sampled_from(["substance", "mental"]),
    st.lists(st.sampled_from(CODES) | st.text(max_size=6), max_size=60),
)
def test_any_codes_give_one_claim_per_term(directory: str, codes: list[str]) -> None:
    mapped = samhsa_claims(directory, codes)
    named = [claim.term for claim in mapped.claims]
    assert len(named) == len(set(named))
    assert not set(named) & set(mapped.contradictions)
    assert mapped == samhsa_claims(directory, reversed(codes))
    assert set(mapped.unknown) | set(mapped.not_mapped) <= set(codes)
    yes = {claim.term for claim in mapped.claims if claim.value}
    for code in yes:
        parent = terms()[code].parent
        assert not parent or parent in yes or parent in mapped.contradictions


def test_all_400_codes_are_accounted_for(shared_data: Path) -> None:
    path = shared_data / "samhsa" / "service_codes_with_categories.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    count: Counter[tuple[str, str]] = Counter()
    for row in rows:
        code = directories()[row["directory"]].codes[row["code"]]
        assert code.label == row["label"]
        assert bool(code.rules) != bool(code.not_mapped)
        count[row["directory"], "mapped" if code.rules else "not mapped"] += 1
    assert len({(row["directory"], row["code"]) for row in rows}) == 400
    print(f"crosswalk: {dict(count)}")
    assert count == {
        ("substance", "mapped"): 215,
        ("substance", "not mapped"): 9,
        ("mental", "mapped"): 119,
        ("mental", "not mapped"): 57,
    }


@pytest.mark.parametrize(
    ("directory", "file"),
    [("substance", "national_directory_su.csv"), ("mental", "national_directory_mh.csv")],
)
def test_the_real_directories_hold_no_unknown_code(
    shared_data: Path, directory: str, file: str
) -> None:
    with (shared_data / "samhsa" / file).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row["service_code_info"] or "" for row in csv.DictReader(lines)]
    assert len(rows) > 1000
    unknown: Counter[str] = Counter()
    for row in rows:
        unknown.update(samhsa_claims(directory, row.replace("*", " ").split()).unknown)
    assert unknown == {}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('yes = ["moon"]', "unknown term 'moon'"),
        ("", "claims nothing"),
        ('yes = ["cbt"]\ndegree = "only"', "facet 'approach' has no degrees"),
        ('yes = ["men"]\ndegree = "much"', "unknown degree 'much'"),
        ('yes = ["cbt"]\nno = ["cbt"]', "yes and no to 'cbt'"),
        ('yes = ["medicaid"]', "not to its parent 'public-funded'"),
        ('yes = ["cbt"]\nnot_mapped = "why"', "both mapped and not_mapped"),
        ('not_mapped = ""', "needs not_mapped"),
        ('yes = "cbt"', "a list of texts"),
        ('yes = ["cbt"]\nwhen_any = ["QQQ"]', "unknown code 'QQQ'"),
        ('yes = ["cbt"]\nalso = 1', "also = a list of rules"),
        ('yes = ["cbt"]\nalso = [{ yes = ["moon"] }]', "also names the unknown term"),
        ('yes = ["cbt"]\nwhen = ["A"]', "unknown key 'when'"),
    ],
)
def test_a_wrong_entry_gets_a_sentence(tmp_path: Path, entry: str, sentence: str) -> None:
    path = tmp_path / "samhsa.toml"
    path.write_text(f'[substance.A]\nlabel = "A"\n{entry}\n', encoding="utf-8")
    with pytest.raises(TaxonomyError, match=sentence) as caught:
        load_directories(path)
    assert str(caught.value).startswith("samhsa.toml: substance")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[scope.moon]\nany = ["A"]\n[substance.A]\nlabel = "A"\nyes = ["cbt"]', "'moon'"),
        ('[scope.substance]\nany = ["B"]\n[substance.A]\nlabel = "A"\nyes = ["cbt"]', "code 'B'"),
        ('[substance.A]\nyes = ["cbt"]', "needs label"),
        ("substance = 1", "must be a table"),
    ],
)
def test_a_wrong_file_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "samhsa.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=sentence):
        load_directories(path)


def test_claims_are_in_taxonomy_order() -> None:
    claims = samhsa_claims("substance", ["MD", "OIT", "CBT"]).claims
    places = list(terms())
    assert list(claims) == sorted(claims, key=lambda claim: places.index(claim.term))
    assert claims[0] == Claim("outpatient", True)
