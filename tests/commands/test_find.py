"""``manage.py find``"""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_group, make_listing, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    make_place()
    make_place("hartford-me", region_code="ME", latitude=44.37, longitude=-70.35, prominence=9)
    make_place("06103", kind="postcode", name="06103", population=None, prominence=0)


def find(*arguments: str) -> str:
    out = StringIO()
    call_command("find", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def found(*arguments: str) -> Any:
    return json.loads(find(*arguments, "--json"))


def test_it_works() -> None:
    make_listing("Harbour House", facts={"detox": True}, phones=["+18605550100"])
    make_listing("Clinic", facts={"outpatient": True})
    text = find("--near", "06103", "--within", "25", "--type", "detox", "--fact", "medicaid")
    assert "1 found near 06103, CT" in text
    assert "Harbour House" in text
    assert "(860) 555-0100" in text
    assert "known yes: Detox" in text
    assert "not known: Medicaid" in text


def test_json() -> None:
    listing = make_listing("House", second_name="Unit", phones=["+18605550100"])
    answer = found("--near", "hartford-ct", "--type", "detox", "--fact", "medicaid")
    assert answer["total"] == 1
    assert answer["place"] == {"slug": "hartford-ct", "label": "Hartford, CT"}
    assert answer["criteria"]["miles"] == 25
    assert answer["results"] == [
        {
            "id": str(listing.public_id),
            "name": "House",
            "second_name": "Unit",
            "miles": 0.0,
            "city": "Hartford",
            "region": "CT",
            "phones": [{"number": "(860) 555-0100", "role": "main"}],
            "types": ["detox"],
            "matched": {"detox": "yes", "medicaid": "not known"},
            "unverified": False,
            "url": f"/listing/{listing.public_id}/",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        ([], 3),
        (["--type", "family-support"], 1),
        (["--type", "detox", "--fact", "medicaid"], 2),
        (["--type", "detox", "--fact", "medicaid", "--known", "payment"], 1),
        (["--near", "06103", "--within", "1"], 1),
        (["--near", "06103", "--limit", "1"], 2),
    ],
)
def test_totals(arguments: list[str], total: int) -> None:
    make_listing("Near", facts={"detox": True, "medicaid": True})
    make_listing("Farther", point=(41.9, -72.68))
    make_group()
    assert found(*arguments)["total"] == total


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--type", "detx"], "“detx” is no type of help. Give one of: detox, inpatient"),
        (["--fact", "qqqq"], "There is no term “qqqq”."),
        (["--known", "paiment"], "Did you mean “payment”?"),
        (["--near", "Hartford"], "hartford-me"),
        (["--near", "Zzyzzx"], "is no place we know"),
        (["--limit", "0"], "--limit must be a whole number"),
        (["--near", "x" * 10_000], "is no place we know"),
        (["--near", "\x00"], "is no place we know"),
    ],
)
def test_bad_input_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    make_listing()
    with pytest.raises(CommandError, match=sentence.replace("?", r"\?")):
        find(*arguments)


def test_an_empty_taxonomy_is_said() -> None:
    with pytest.raises(CommandError, match="load_taxonomy"):
        find()


def test_a_distance_that_is_none_is_said() -> None:
    make_listing()
    errors = StringIO()
    call_command("find", "--near", "06103", "--within", "far", stdout=StringIO(), stderr=errors)
    assert "must be a number of miles" in errors.getvalue()
