"""The demonstration catalogue: clearly made up, the same everywhere, and nowhere by accident."""

import datetime as dt
import re
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from listings.exchange.demo import demo_hash, demo_openings, demo_reading, demo_records
from listings.geocoding.datafile import GAZETTEER, read_gazetteer
from listings.models import (
    Catalogue,
    Fact,
    ImportRun,
    Listing,
    Meeting,
    Opening,
    Phone,
    Source,
)
from listings.models.listing import pack_bits
from listings.taxonomy import facets, terms

PASSWORD = "correct-horse-battery"
DOORS = ("detox", "inpatient", "outpatient", "family-support")


@pytest.fixture
def demo(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The demonstration switched on, with its taxonomy."""
    settings.DIRECTORY_DEMO = True
    # A slow hash is the point of a password hasher, and not of these tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", PASSWORD)
    call_command("load_taxonomy", verbosity=0, stdout=StringIO())
    return settings


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def version() -> int:
    return Catalogue.objects.current().version


# -- what is in it -----------------------------------------------------------------------------


def test_there_are_three_hundred_in_twelve_towns():
    records = demo_records()
    assert len(records) == 300
    towns = {(record.city, record.region) for record in records if record.city}
    assert len(towns) == 12
    assert {region for city, region in towns if city == "Springfield"} == {"IL", "MA"}


def test_every_door_opens_in_every_town():
    counts = Counter(
        (record.city, record.region, claim.term)
        for record in demo_records()
        for claim in record.claims
        if claim.value and claim.term in DOORS and record.city
    )
    assert len(counts) == 12 * 4
    assert min(counts.values()) >= 4


def test_names_say_that_they_are_made_up():
    records = demo_records()
    for record in records:
        assert record.name.startswith("Example ")
        assert record.name.endswith(" (made up)")
        assert "made up" in record.provider
    assert len({(record.name, record.second_name, record.region) for record in records}) == 300


def test_telephones_are_fictional_and_used_once():
    numbers = [phone.number for record in demo_records() for phone in record.phones]
    assert [number for number in numbers if not re.fullmatch(r"\+1\d{3}55501\d\d", number)] == []
    assert len(numbers) == len(set(numbers))


def test_addresses_are_fictional():
    for record in demo_records():
        assert record.website in ("", "https://example.org/")
        assert record.email in ("", "office@example.org")
        made_up = r"\d+ (Example Street|Sample Avenue|Placeholder Road|Made-Up Lane)"
        assert not record.street or re.fullmatch(made_up, record.street)
        assert not (record.address_withheld and record.street)


def test_no_real_fellowship_is_named():
    real = {code for code, term in terms().items() if term.facet == "fellowship"}
    real -= {"local-family-group", "craft-group"}
    assert not {claim.term for record in demo_records() for claim in record.claims} & real


def test_claims_follow_the_taxonomy():
    for record in demo_records():
        said = {claim.term: claim for claim in record.claims}
        assert len(said) == len(record.claims)
        for claim in record.claims:
            term = terms()[claim.term]
            assert not claim.degree or (claim.value and facets()[term.facet].degrees)
            if claim.value and term.parent:
                assert said[term.parent].value, (record.external_id, claim.term)


def test_facts_are_yes_no_and_not_known():
    claims = [claim for record in demo_records() for claim in record.claims]
    assert {claim.degree for claim in claims} == {"", "accepts", "dedicated", "only"}
    assert sum(not claim.value for claim in claims) > 300
    assert len(claims) < 300 * len(terms()) / 10


def test_it_is_the_same_every_time():
    assert demo_hash(demo_records()) == demo_hash(demo_records())
    assert list(demo_reading().rows) == demo_records()


def test_openings_are_partly_not_known():
    states = demo_openings(demo_records())
    assert set(states.values()) == {"open", "waiting-list", "full"}
    beds = [r for r in demo_records() if {"detox", "inpatient"} & {c.term for c in r.claims}]
    assert 0 < len(states) < len(beds)


def test_towns_are_in_the_gazetteer():
    records = [record for record in demo_records() if record.city]
    places = list(read_gazetteer(GAZETTEER))
    postcodes = {place.name for place in places if place.group == "zip"}
    slugs = {place.slug for place in places}
    assert {record.postcode for record in records} <= postcodes
    assert {record.external_id.rsplit("-", 1)[0] for record in records} <= slugs


# -- loading it --------------------------------------------------------------------------------


def test_it_loads_through_the_importer(demo: Settings):
    assert "300 made-up listings loaded" in load()
    run = ImportRun.objects.get()
    assert (run.status, run.report["new"], run.report["quarantined_rows"]) == ("complete", 300, 0)
    assert Listing.objects.published().count() == Listing.objects.current().count() == 300
    assert Listing.objects.filter(online_only=True).count() == 12
    source = Source.objects.get()
    assert (source.code, source.is_demo) == ("demo", True)


def test_nothing_claims_a_check(demo: Settings):
    load()
    assert not Listing.objects.exclude(checked_by=None).exists()
    assert not Fact.objects.exclude(checked_by=None, as_of=None).exists()
    assert not Phone.objects.exclude(checked_by=None).exists()
    assert not Listing.objects.filter(unverified=True).exists()


def test_packed_rows_follow_the_facts(demo: Settings):
    load()
    for listing in Listing.objects.prefetch_related("facts__term")[:40]:
        yes = [fact.term.bit for fact in listing.facts.all() if fact.value]
        assert bytes(listing.yes_bits) == pack_bits(yes)


def test_family_groups_meet_in_a_time_zone(demo: Settings):
    load()
    assert Meeting.objects.count() > 80
    assert not Meeting.objects.filter(timezone="").exists()
    assert set(Meeting.objects.values_list("attendance", flat=True)) == {
        "in-person", "online", "hybrid",
    }  # fmt: skip


def test_openings_hold_and_then_are_not_known(demo: Settings):
    load()
    given = Opening.objects.holding().count()
    assert given == len(demo_openings(demo_records()))
    assert Opening.objects.holding(timezone.now() + dt.timedelta(days=8)).count() == 0


def test_expired_openings_are_given_anew(demo: Settings):
    load()
    given = Opening.objects.count()
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=True):
        assert f"{given} openings given" in load()
        assert Opening.objects.holding().count() == Opening.objects.count() == given


def test_loading_again_changes_nothing_and_is_quick(demo: Settings):
    load()
    before, run = version(), ImportRun.objects.count()
    started = time.perf_counter()
    said = load()
    assert time.perf_counter() - started < 1.5  # 0.25 s on an idle machine
    assert "unchanged, 0 openings" in said
    assert (version(), ImportRun.objects.count()) == (before, run)


def test_listings_stay_in_the_results_for_years(demo: Settings):
    load()
    with time_machine.travel(timezone.now() + dt.timedelta(days=400), tick=True):
        assert Listing.objects.current().count() == 0
        load()
        assert Listing.objects.current().count() == 300


# -- where it may be ---------------------------------------------------------------------------


def test_it_is_refused_where_the_demonstration_is_off(db: None, settings: Settings):
    settings.DIRECTORY_DEMO = False
    with pytest.raises(CommandError, match="DIRECTORY_DEMO=1"):
        load()
    assert not Listing.objects.exists()
    assert not User.objects.exists()


def test_it_never_enters_a_real_source(demo: Settings):
    Source.objects.create(code="demo", name="A county", policy="register")
    with pytest.raises(CommandError, match="no demonstration"):
        load()
    assert not Listing.objects.exists()


def test_switched_off_it_is_not_public(demo: Settings, client: Client, tmp_path: Path):
    demo.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    demo.STORAGES = {**demo.STORAGES, "staticfiles": plain}
    load()
    listing = Listing.objects.filter(online_only=False)[0]
    demo.DIRECTORY_DEMO = False
    assert Listing.objects.published().count() == 0
    response = client.get(listing.get_absolute_url())
    assert response.status_code == 404
    assert "made up" not in response.text


# -- the curator's login -----------------------------------------------------------------------


def test_the_curator_may_see_and_change(demo: Settings):
    load()
    user = User.objects.get(username="curator")
    assert user.check_password(PASSWORD)
    assert (user.is_staff, user.is_superuser) == (True, False)
    rights = user.get_all_permissions()
    assert {"listings.view_listing", "listings.change_listing", "listings.view_place"} <= rights
    assert {right.split(".")[1].split("_")[0] for right in rights} == {"view", "change"}
    assert not {"listings.change_source", "listings.change_helpline"} & rights


def test_a_new_password_is_taken_over(demo: Settings, monkeypatch: pytest.MonkeyPatch):
    load()
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", "another-long-password")
    load()
    assert User.objects.get(username="curator").check_password("another-long-password")


def test_a_weak_password_is_refused(demo: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", "short")
    with pytest.raises(CommandError, match="DEMO_CURATOR_PASSWORD"):
        load()


def test_without_a_password_there_is_no_login(demo: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DEMO_CURATOR_PASSWORD")
    assert "No curator’s login" in load()
    assert not User.objects.exists()


def test_somebody_elses_login_is_left_alone(demo: Settings):
    User.objects.create_user("curator", password="somebodys-own-password")
    assert "somebody’s own" in load()
    user = User.objects.get()
    assert user.check_password("somebodys-own-password")
    assert not user.is_staff
