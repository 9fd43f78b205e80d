"""An import from end to end on small files: what changes, what is kept, what is asked."""

import dataclasses
import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from listings.curation import actions
from listings.curation.terms import load_terms
from listings.exchange.importer import ImportRefused
from listings.exchange.records import (
    BadRow,
    MeetingRecord,
    OutOfScope,
    PhoneRecord,
    Row,
)
from listings.models import (
    Catalogue,
    Conflict,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    Provider,
    ReviewEvent,
    SourceRecord,
)
from listings.search.criteria import SearchCriteria
from listings.search.results import Asking
from listings.search.serving import current_index
from listings.search.vocabulary import vocabulary
from listings.taxonomy import Claim
from listings.values.geo import Point
from tests.exchange.clinics import (
    COUNTY,
    JANUARY,
    JUNE,
    REGISTER,
    clinic,
    run,
)


def fact(code: str, listing: Listing | None = None) -> Fact:
    facts = Fact.objects.filter(term__code=code)
    return (facts.filter(listing=listing) if listing else facts).get()


def version() -> int:
    return Catalogue.objects.current().version


@pytest.fixture(autouse=True)
def taxonomy(db: None) -> None:
    load_terms()


@pytest.fixture
def curator() -> User:
    return User.objects.create(username="curator")


def test_a_new_listing_is_published_whole() -> None:
    imported = run([clinic()], as_of=JUNE)
    listing = Listing.objects.get()
    assert (listing.status, listing.unverified) == ("published", False)
    assert str(listing) == "Mill Clinic 1"
    assert (listing.precision, listing.timezone) == ("exact", "America/New_York")
    assert fact("women").degree == "accepts"
    assert {f.as_of for f in Fact.objects.all()} == {JUNE}
    assert listing.last_seen_on == JUNE
    assert listing.checked_at is None
    assert listing.phones.get().value.display == "(202) 555-0101"
    event = ReviewEvent.objects.filter(listing=listing).get()
    assert (event.action, event.via, event.run) == ("created", "import", imported)
    assert imported.report["new"] == 1


def test_what_is_imported_is_found_and_what_changes_is_found_changed() -> None:
    run([clinic()])
    detox = SearchCriteria(chosen={"type": ("detox",)})
    assert total(detox) == 1
    run([clinic(claims=(Claim("detox", False),))], accept=True)
    assert total(detox) == 0


def total(criteria: SearchCriteria) -> int:
    return Asking(current_index(), vocabulary(), timezone.now()).total(criteria)


def test_a_second_run_changes_nothing() -> None:
    run([clinic("1"), clinic("2")], as_of=JUNE)
    before = version()
    again = run([clinic("1"), clinic("2")], as_of=JUNE)
    assert version() == before
    assert (again.report["same"], again.report["new"], again.report["changed"]) == (2, 0, 0)
    assert SourceRecord.objects.count() == 2


def test_a_later_edition_dates_its_facts_anew() -> None:
    run([clinic()], as_of=JANUARY)
    run([clinic()], as_of=JUNE)
    assert {f.as_of for f in Fact.objects.all()} == {JUNE}
    assert Listing.objects.get().last_seen_on == JUNE


def test_an_older_edition_is_refused() -> None:
    run([clinic()], as_of=JUNE)
    with pytest.raises(ImportRefused, match="older edition would undo"):
        run([clinic(name="Old name")], as_of=JANUARY)


def test_without_a_date_none_is_claimed_but_the_listing_counts_as_seen_today() -> None:
    run([clinic()])
    assert {f.as_of for f in Fact.objects.all()} == {None}
    assert Listing.objects.get().last_seen_on == timezone.localdate()


def test_a_curators_fact_is_kept_and_asked_about_once(curator: User) -> None:
    run([clinic()])
    ours = fact("medicaid")
    ours.value, ours.method = False, Fact.Method.CALL
    ours.checked_by, ours.checked_at = curator, timezone.now()
    ours.save()
    theirs = clinic(claims=(Claim("detox", True), Claim("medicaid", True, ""), Claim("men", True)))
    run([theirs], accept=True)
    assert fact("medicaid").value is False
    assert not Conflict.objects.exists(), "the source did not change its word"
    run([clinic(claims=(Claim("detox", True),))], accept=True)
    assert fact("medicaid").value is False
    run([theirs], accept=True)
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.ours, conflict.theirs) == ("fact:medicaid", "no", "yes")
    run([clinic(claims=())], accept=True)
    run([theirs], accept=True)
    assert Conflict.objects.count() == 1, "the same value is not asked about again"


def test_a_locked_fact_is_kept_in_silence() -> None:
    run([clinic()])
    Fact.objects.filter(term__code="detox").update(locked=True)
    run([clinic(claims=(Claim("detox", False),))], accept=True)
    assert fact("detox").value is True
    assert not Conflict.objects.exists()


def test_a_curators_address_is_kept() -> None:
    run([clinic()])
    listing = Listing.objects.get()
    listing.street = "9 Harbour Road"
    listing.save()
    actions.record_change(
        listing, by=None, changes={"street": ["1 Mill Street", "9 Harbour Road"]}, reason="moved",
        via="admin",
    )  # fmt: skip
    run([clinic(street="5 Other Street")], accept=True)
    assert Listing.objects.get().street == "9 Harbour Road"
    assert Conflict.objects.get().field == "address"


def test_a_source_that_falls_silent_leaves_not_known() -> None:
    run([clinic()])
    run([clinic(claims=(Claim("detox", True),))], accept=True)
    assert set(Fact.objects.values_list("term__code", flat=True)) == {"detox"}
    listing = Listing.objects.get()
    assert bytes(listing.no_bits) == bytes(40)


def test_a_large_change_stops_and_goes_on_when_accepted() -> None:
    many = [clinic(str(number)) for number in range(1, 41)]
    run(many)
    changed = [dataclasses.replace(one, name=f"New name {one.row}") for one in many[:5]]
    before = version()
    stopped = run([*changed, *many[5:]])
    assert stopped.status == ImportRun.Status.STOPPED
    assert "--accept-large-change" in stopped.report["stopped"]
    assert version() == before
    assert run([*changed, *many[5:]], accept=True).report["changed"] == 5


def test_records_that_vanish_are_flagged_and_come_back() -> None:
    many = [clinic(str(number)) for number in range(1, 41)]
    run(many)
    gone = run(many[1:])
    assert gone.report["missing"] == 1
    assert Listing.objects.count() == 40
    assert ListingIdentifier.objects.exclude(missing_since=None).count() == 1
    assert ReviewEvent.objects.filter(action="missing from source").count() == 1
    run(many)
    assert not ListingIdentifier.objects.exclude(missing_since=None).exists()
    stopped = run(many[5:])
    assert stopped.status == ImportRun.Status.STOPPED


def test_a_dry_run_reports_and_changes_nothing() -> None:
    before = version()
    report = run([clinic("1"), clinic("2")], dry_run=True).report
    assert (report["new"], Listing.objects.count(), version()) == (2, 0, before)


def test_rows_put_aside_are_named_with_their_reason() -> None:
    rows: list[Row] = [
        clinic(), BadRow(2, "The row has no name."), OutOfScope(3, "not a facility row"),
        clinic("1", row=4),
    ]  # fmt: skip
    report = run(rows).report
    assert report["quarantined"] == [
        [2, "The row has no name."],
        [4, "The id 1 stands in this file twice."],
    ]
    assert report["out_of_scope"] == {"not a facility row": 1}


def test_a_county_list_is_marked_unverified_and_changes_no_telephone() -> None:
    run([clinic()], COUNTY)
    assert Listing.objects.get().unverified is True
    run([clinic(phones=(PhoneRecord("+12025550199"),))], COUNTY, accept=True)
    assert Listing.objects.get().phones.get().number == "+12025550101"
    assert Conflict.objects.get().field == "phones:main"
    run([clinic("1")], REGISTER)
    assert Listing.objects.get().unverified is False


def test_groups_keep_their_meetings_and_what_is_online_is_stored() -> None:
    meeting = MeetingRecord(2, dt.time(19), "America/New_York", 60, "online")
    group = clinic(
        meetings=(meeting,), provider="Family & Friends",
        claims=(Claim("family-support", True), Claim("online", True)),
    )  # fmt: skip
    run([group])
    listing = Listing.objects.get()
    assert listing.online_only is True
    assert listing.meetings.get().get_weekday_display() == "Tuesday"
    assert listing.provider == Provider.objects.get()
    moved = dataclasses.replace(meeting, weekday=3)
    run([dataclasses.replace(group, meetings=(moved,))], accept=True)
    assert listing.meetings.get().get_weekday_display() == "Wednesday"


def test_an_import_that_is_running_is_not_joined_by_a_second() -> None:
    source = run([clinic()]).source
    now = timezone.now()
    ImportRun.objects.create(
        source=source, file_name="f", file_hash="1", started_at=now, heartbeat_at=now,
        process="another-host 1 1",
    )  # fmt: skip
    with pytest.raises(ImportRefused, match="is running"):
        run([clinic()])


def test_a_run_whose_process_died_is_taken_over() -> None:
    run([clinic("1")])
    source = Listing.objects.get().source
    then = timezone.now() - dt.timedelta(hours=1)
    dead = ImportRun.objects.create(
        source=source, file_name="f", file_hash="0" * 64, started_at=then, heartbeat_at=then,
        process="another-host 1 1", cursor=1, report={"new": 1},
    )  # fmt: skip
    report = run([clinic("1"), clinic("2")])
    assert report.pk == dead.pk
    assert (report.report["new"], report.report["same"]) == (2, 0)


def test_a_new_street_keeps_the_point_that_the_source_gives_with_it() -> None:
    run([clinic()])
    run([clinic(street="1 Mill Street, Suite 99")], accept=True)
    listing = Listing.objects.get()
    assert listing.street.endswith("99")
    assert (listing.precision, listing.latitude) == ("exact", 41.04)


def test_a_file_without_a_date_moves_no_date_of_an_edition_that_has_one() -> None:
    run([clinic("1"), clinic("2")], as_of=JUNE, file_hash="1" * 64)
    again = run([clinic("1"), clinic("2")], file_hash="1" * 64)
    assert again.as_of == JUNE, "the same bytes are of the same day"
    undated = run([clinic("1"), clinic("2", claims=())], file_hash="2" * 64, accept=True)
    assert undated.as_of is None
    assert {one.as_of for one in Fact.objects.all()} == {JUNE}
    assert set(Listing.objects.values_list("last_seen_on", flat=True)) == {JUNE}


def test_the_same_bytes_read_again_later_are_not_news() -> None:
    first = run([clinic()])
    month = dt.timedelta(days=30)
    ImportRun.objects.filter(pk=first.pk).update(
        started_at=first.started_at - month, heartbeat_at=first.started_at
    )
    Listing.objects.update(last_seen_on=timezone.localdate() - month)
    ListingIdentifier.objects.update(seen_on=timezone.localdate() - month)
    before = version()
    run([clinic()])
    assert version() == before
    assert Listing.objects.get().last_seen_on == timezone.localdate() - month


def test_a_feed_nobody_vouches_for_moves_no_listing_of_a_register() -> None:
    run([clinic(point=None)])
    before = Listing.objects.values().get()
    evil = clinic(
        "7", name="Mill Clinic 1", street="1 Mill Street", point=Point(-70, 20),
        description="Call 1-860-555-0199 instead.", provider="Brokers", opening_hours="24/7",
        meetings=(MeetingRecord(1, dt.time(9), "UTC", 60, "online", online_url="https://x.example"),),
    )  # fmt: skip
    run([evil], COUNTY, accept=True)
    after = Listing.objects.values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"version"}
    assert not Listing.objects.get().meetings.exists()
    assert Conflict.objects.count() >= 5
