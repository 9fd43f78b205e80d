"""Which records of two sources, or two editions, speak of one place."""

import dataclasses

import pytest

from listings.curation.terms import load_terms
from listings.exchange.records import PhoneRecord
from listings.models import Fact, Listing, ListingIdentifier
from listings.taxonomy import Claim
from tests.exchange.clinics import OTHER, clinic, run


@pytest.fixture(autouse=True)
def taxonomy(db: None) -> None:
    load_terms()


def source_of(code: str) -> str:
    return Fact.objects.get(term__code=code).source.code


def test_two_sources_make_one_listing() -> None:
    run([clinic()])
    second = clinic(
        "7", name="MILL CLINIC 1, INC", street="1 Mill St", phones=(PhoneRecord("+12025550101"),),
        claims=(Claim("medicaid", True), Claim("medicare", True)),
    )  # fmt: skip
    joined = run([second], OTHER)
    assert Listing.objects.count() == 1
    assert joined.report["matched"] == 1
    agreed = ListingIdentifier.objects.get(source__code="other").matched_by
    assert agreed == "telephone and address and name"
    assert source_of("medicaid") == "register"
    assert source_of("medicare") == "other"
    run([clinic(claims=(Claim("detox", True),))], accept=True)
    assert source_of("medicaid") == "other", "it stays in the other's name"


@pytest.mark.parametrize(
    ("record", "joins"),
    [
        ({"name": "Mill Clinic 1", "street": "1 Mill St."}, True),
        ({"name": "Mill Clinic 1", "phones": (PhoneRecord("+12025550101"),)}, True),
        ({"street": "1 Mill Street", "phones": (PhoneRecord("+12025550101"),)}, True),
        ({"name": "Mill Clinic 1"}, False),
        ({"phones": (PhoneRecord("+12025550101"),)}, False),
        ({"street": "1 Mill Street"}, False),
        (
            {
                "name": "Mill Clinic 1", "phones": (PhoneRecord("+12025550101"),),
                "city": "Toledo", "postcode": "43604",
            },
            False,
        ),
    ],
)  # fmt: skip
def test_two_of_three_must_agree_in_one_town(record: dict[str, object], joins: bool) -> None:
    run([clinic()])
    run([clinic("9", **record)], OTHER)
    assert (Listing.objects.count() == 1) is joins


def test_when_two_listings_agree_as_well_none_is_taken() -> None:
    same = {"name": "Mill Clinic", "phones": (PhoneRecord("+12025550101"),)}
    run([clinic("1", **same), clinic("2", **same)])
    run([clinic("9", **same, street="Elsewhere 3")], OTHER)
    assert Listing.objects.count() == 3


def test_a_new_id_for_a_place_whose_old_id_is_gone_is_the_same_listing() -> None:
    many = [clinic(str(number)) for number in range(2, 40)]
    run([clinic("1"), *many])
    renamed = dataclasses.replace(clinic("1"), external_id="90", name="Mill Clinic New")
    run([renamed, *many])
    assert Listing.objects.count() == 39
    assert Listing.objects.filter(name="Mill Clinic New").count() == 1
    assert ListingIdentifier.objects.get(external_id="1").missing_since is not None
