"""The real files go in, and true answers come out."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from listings.models import (
    Catalogue,
    Conflict,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    Phone,
    ReviewEvent,
    SourceRecord,
)
from listings.taxonomy import samhsa_claims

FILES = (
    ("samhsa", "samhsa/national_directory_su.csv"),
    ("samhsa", "samhsa/national_directory_mh.csv"),
    ("findtreatment", "findtreatment/exportsAsJson.json"),
    ("meeting-guide", "meetings/smart_family_friends.json"),
)


@pytest.fixture(scope="module")
def real_catalogue(
    whole_gazetteer: None, shared_data: Path, django_db_blocker: Any
) -> Iterator[list[dict[str, Any]]]:
    """Every real file imported once; gives the saved reports in the order of FILES."""
    with django_db_blocker.unblock():
        call_command("load_taxonomy", verbosity=0)
        for source, path in FILES:
            call_command("import_listings", source, str(shared_data / path), stdout=io.StringIO())
        yield [run.report for run in ImportRun.objects.order_by("pk")]


def find(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("find", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("number", "counts"),
    [
        (0, {"rows": 2693, "new": 2692, "matched": 0, "quarantined_rows": 0, "without_point": 0}),
        (1, {"rows": 1762, "new": 993, "matched": 720, "quarantined_rows": 2}),
        (2, {"rows": 12, "new": 10, "matched": 0, "quarantined_rows": 0}),
        (3, {"new": 44, "matched": 0, "quarantined_rows": 0}),
    ],
)
@pytest.mark.django_db
def test_reports(real_catalogue: list[dict[str, Any]], number: int, counts: dict[str, int]) -> None:
    report = real_catalogue[number]
    assert {name: report[name] for name in counts} == counts
    assert report["unknown_codes"] == {}


@pytest.mark.django_db
def test_detox_within_25_miles_of_hartford(
    real_catalogue: list[dict[str, Any]], shared_data: Path
) -> None:
    """The substance-use file holds 58 facilities there, 6 of them with known detox."""
    substance = Listing.objects.filter(identifiers__source__code="samhsa-substance")
    everything = find("--near", "06103", "--within", "25", "--limit", "500")
    ids = {str(uuid) for uuid in substance.values_list("public_id", flat=True)}
    assert len([one for one in everything["results"] if one["id"] in ids]) == 58
    detox = find("--near", "06103", "--within", "25", "--type", "detox")
    assert detox["total"] == 6
    assert [one["matched"] for one in detox["results"]] == [{"detox": "yes"}] * 6
    distances = [one["miles"] for one in detox["results"]]
    assert distances == sorted(distances)


@pytest.mark.django_db
def test_family_support_online(real_catalogue: list[dict[str, Any]]) -> None:
    found = find("--type", "family-support", "--fact", "online", "--limit", "3")
    assert [one["matched"] for one in found["results"]] == [
        {"family-support": "yes", "online": "yes"}
    ] * 3
    assert all("SMART" in one["name"] for one in found["results"])


@pytest.mark.django_db
def test_all_four_service_types_are_found(real_catalogue: list[dict[str, Any]]) -> None:
    totals = {
        kind: find("--type", kind, "--limit", "1")["total"]
        for kind in ("detox", "inpatient", "outpatient", "family-support")
    }
    assert all(total > 500 for total in totals.values()), totals


@pytest.mark.django_db
def test_a_second_run_changes_nothing(
    real_catalogue: list[dict[str, Any]], shared_data: Path
) -> None:
    before = Catalogue.objects.current().version
    for source, path in FILES:
        call_command("import_listings", source, str(shared_data / path), stdout=io.StringIO())
    assert Catalogue.objects.current().version == before
    assert Conflict.objects.count() == real_catalogue[1]["conflicts"]


@pytest.mark.django_db
def test_every_listing_has_its_sources_and_no_fact_is_without_one(
    real_catalogue: list[dict[str, Any]],
) -> None:
    joined = Counter(ListingIdentifier.objects.values_list("listing", flat=True))
    assert Counter(joined.values())[2] == 720
    assert Listing.objects.exclude(pk__in=joined).count() == 0
    assert ReviewEvent.objects.filter(action="created").count() == Listing.objects.count()
    assert Fact.objects.exclude(method="import").count() == 0
    assert Fact.objects.exclude(as_of=None).count() == 0, "no date was given, so none is claimed"
    assert Listing.objects.exclude(checked_at=None).count() == 0, "no check is claimed"


@pytest.mark.django_db
def test_facts_are_those_of_the_codes(real_catalogue: list[dict[str, Any]]) -> None:
    """A sample, recomputed from the raw record, so that nothing got lost or was invented."""
    alone = ListingIdentifier.objects.filter(source__code="samhsa-substance").exclude(
        listing__identifiers__source__code="samhsa-mental"
    )
    for identifier in alone.select_related("record").order_by("pk")[::40]:
        raw = identifier.record.raw["service_code_info"]
        claims = samhsa_claims("substance", raw.replace("*", " ").split()).claims
        stored = Fact.objects.filter(listing=identifier.listing_id)
        assert {(f.term.code, f.value, f.degree) for f in stored.select_related("term")} == {
            (claim.term, claim.value, claim.degree) for claim in claims
        }


@pytest.mark.django_db
def test_known_dirt(real_catalogue: list[dict[str, Any]]) -> None:
    ansonia = Listing.objects.get(name="Cornell Scott Hill Health Center", city="Ansonia")
    assert ansonia.postcode == "06401"
    assert Phone.objects.filter(extension="173").exists()
    assert Phone.objects.filter(number="+18136304673").exists(), "813-630HOPE"
    withheld = Listing.objects.filter(address_withheld=True)
    assert withheld.exists()
    assert not withheld.exclude(street="").exists()
    imprecise = Listing.objects.filter(source__code="samhsa-substance")
    assert set(imprecise.values_list("precision", flat=True)) <= {
        "postcode", "postcode-prefix", "town",
    }  # fmt: skip
    assert SourceRecord.objects.count() == ListingIdentifier.objects.count()
