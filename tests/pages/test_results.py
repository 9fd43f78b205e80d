"""``/find/`` and ``/find/<place>/``"""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from listings.models import ImportRun, Listing, ListingIdentifier, SourceRecord
from tests.factories import (
    make_group,
    make_help_line,
    make_listing,
    make_meeting,
    make_source,
)
from tests.forgetting import forget_everything
from tests.pages.reading import visible_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

NEAR = "/find/hartford-ct/"


def text_of(visitor: Client, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200
    return visible_text(response.content.decode())


def names_on(visitor: Client, address: str) -> list[str]:
    page = visitor.get(address).content.decode()
    return re.findall(r'<h3><a href="/listing/[^"]+">([^<]+)</a>', page)


def test_it_works(visitor: Client) -> None:
    make_listing("Harbour House", phones=["+18605550100"], point=(41.775, -72.68))
    response = visitor.get(NEAR + "?type=detox&within=25")
    page = visible_text(response.content.decode())
    assert response.status_code == 200
    assert set(response["Cache-Control"].split(", ")) == {"no-store", "private"}
    assert "Detox within 25 miles of Hartford, Connecticut" in page
    assert "1 listing found." in page
    assert "0.8 miles" in page
    assert "Call (860) 555-0100" in page
    assert 'href="tel:+18605550100"' in response.content.decode()
    assert "Why it is here: Detox – known yes." in page
    assert "Listed by Register of Tests, date not given by the source." in page


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/find/", "Help of any kind in all places"),
        ("/find/?type=detox&type=inpatient", "Detox or inpatient in all places"),
        ("/find/06103/", "Help of any kind within 25 miles of ZIP code 06103, Connecticut"),
        ("/find/connecticut/?type=detox", "Detox in Connecticut"),
        ("/find/munich-de/?within=5", "Help of any kind within 5 miles of Munich, Germany"),
        ("/find/germany/", "Help of any kind in Germany"),
    ],
)
def test_the_heading_says_what_was_searched(visitor: Client, address: str, heading: str) -> None:
    assert heading in text_of(visitor, address)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?type=detox", ["Near Detox", "Far Detox"]),
        ("?type=detox&within=5", ["Near Detox"]),
        ("?type=outpatient", ["Clinic"]),
        ("?type=detox&type=outpatient", ["Near Detox", "Clinic", "Far Detox"]),
        ("?payment=medicaid", ["Clinic", "Near Detox"]),
        ("?payment=medicaid&known=payment", ["Clinic"]),
        ("?programme=women", ["Far Detox"]),
        ("?sort=name", ["Clinic", "Far Detox", "Near Detox"]),
        ("?type=family-support", []),
    ],
)
def test_it_finds(visitor: Client, query: str, found: list[str]) -> None:
    make_listing("Near Detox", point=(41.765, -72.685))
    make_listing("Clinic", point=(41.80, -72.685), facts={"outpatient": True, "medicaid": True})
    make_listing(
        "Far Detox",
        point=(42.0, -72.685),
        facts={"detox": True, "women": "dedicated", "medicaid": False},
    )
    assert names_on(visitor, NEAR + query) == found


def test_what_is_not_known_is_said(visitor: Client) -> None:
    make_listing("Harbour House")
    page = text_of(visitor, NEAR + "?type=detox&payment=medicaid")
    assert "Not known, so ask: Medicaid." in page


def test_counts_say_how_many_are_not_known(visitor: Client) -> None:
    make_listing("One", facts={"detox": True, "medicaid": True})
    make_listing("Two")
    make_listing("Three")
    page = text_of(visitor, NEAR + "?type=detox")
    assert "Medicaid (1, + 2 not known)" in page
    assert "Detox (3)" in page


def test_a_choice_is_a_chip_that_can_be_taken_off(visitor: Client) -> None:
    make_listing()
    page = visitor.get(NEAR + "?type=detox&payment=medicaid&within=10").content.decode()
    assert f'<a href="{NEAR}?type=detox&amp;within=10">' in page
    assert re.search(r'name="payment" value="medicaid" checked', page)


def test_the_place_can_be_changed_and_the_choices_stay(visitor: Client) -> None:
    make_listing()
    page = visitor.get(NEAR + "?type=detox&payment=medicaid&page=1").content.decode()
    form = page[page.index('<form class="place-form"') :]
    form = form[: form.index("</form>")]
    assert '<input type="hidden" name="type" value="detox">' in form
    assert '<input type="hidden" name="payment" value="medicaid">' in form
    assert 'name="page"' not in form


@pytest.mark.parametrize(
    ("fields", "said", "unsaid"),
    [
        ({"unverified": True}, "Not verified", 'class="call"'),
        ({"status": Listing.Status.TEMPORARILY_CLOSED}, "Closed for now", "Not verified"),
        ({"facts": {"detox": True, "women": "only"}}, "Serves only: Women.", "Not verified"),
        ({"second_name": "Detox Unit"}, "Detox Unit", "Not verified"),
        ({"precision": "postcode"}, "(to the middle of ZIP code 06103)", "Not verified"),
        ({"precision": "town"}, "(to the middle of the town)", "ZIP code 06103"),
        ({"address_withheld": True}, "about 1 mile", "0.0 miles"),
        ({"phones": []}, "No phone number is known to us.", "Call (860)"),
    ],
)
def test_a_card_says(visitor: Client, fields: dict[str, object], said: str, unsaid: str) -> None:
    make_listing(**fields)  # type: ignore[arg-type]
    page = visitor.get(NEAR).content.decode()
    assert said in visible_text(page)
    assert unsaid not in page


def test_a_card_shows_the_edition_that_the_source_gives(visitor: Client) -> None:
    listing = make_listing()
    now, source = timezone.now(), listing.source
    run = ImportRun.objects.create(
        source=source, status="complete", file_name="a", file_hash="0" * 64, started_at=now,
        heartbeat_at=now, finished_at=now,
    )  # fmt: skip
    record = SourceRecord.objects.create(
        source=source, external_id="1", content_hash="1" * 64, raw={}, values={}, first_run=run
    )
    ListingIdentifier.objects.create(
        listing=listing, source=source, external_id="1", record=record, matched_by="created",
        as_of=dt.date(2026, 3, 1), seen_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    assert "as of March 1, 2026" in text_of(visitor, NEAR)


def test_a_checked_listing_says_when(visitor: Client, django_user_model: type) -> None:
    curator = django_user_model.objects.create(username="curator")
    at = timezone.now()
    make_listing(checked_at=at, checked_by=curator)
    assert "Last checked on" in text_of(visitor, NEAR)
    assert "Not yet checked by us" not in text_of(visitor, NEAR)


def test_a_made_up_listing_is_marked(visitor: Client, settings: object) -> None:
    make_listing("Invented", source=make_source("demo", name="Demonstration", is_demo=True))
    assert names_on(visitor, NEAR) == []
    settings.DIRECTORY_DEMO = True  # type: ignore[attr-defined]
    forget_everything()
    assert "Made-up example" in text_of(visitor, NEAR)


# Sunday 22 November 2026, noon in New York.
@time_machine.travel(dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC), tick=False)
def test_the_next_meetings_of_a_group(visitor: Client) -> None:
    group = make_group()
    make_meeting(group, weekday=7, start=dt.time(18, 30), attendance="hybrid")
    make_meeting(group, weekday=1, start=dt.time(9), timezone="")
    page = text_of(visitor, "/find/?type=family-support")
    assert "Today 6:30 p.m. (New York time) – in person and online" in page
    assert "Tuesday 7 p.m. (New York time) – online" in page
    assert "time zone not known" not in page  # only two are shown, the soonest


def test_groups_online_are_offered_beside_a_place(visitor: Client) -> None:
    make_group("One")
    make_group("Two")
    page = visitor.get(NEAR + "?type=family-support").content.decode()
    assert "Also: 2 groups that meet online" in page
    link = "/find/?type=family-support&attendance=online&attendance=hybrid&known=attendance"
    assert link.replace("&", "&amp;") in page
    assert names_on(visitor, link) != []
    assert "Also:" not in text_of(visitor, NEAR + "?type=detox")
    assert "Also:" not in text_of(visitor, "/find/?type=family-support")


@pytest.mark.parametrize(
    ("page", "names", "now"),
    [("1", 20, "Page 1 of 3"), ("3", 5, "Page 3 of 3"), ("1000000000", 5, "Page 3 of 3"),
     ("-1", 20, "Page 1 of 3"), ("two", 20, "Page 1 of 3"), ("9" * 5_000, 5, "Page 3 of 3")],
)  # fmt: skip
def test_paging(visitor: Client, page: str, names: int, now: str) -> None:
    for number in range(45):
        make_listing(f"House {number}")
    address = f"{NEAR}?type=detox&page={page}"
    assert len(names_on(visitor, address)) == names
    assert now in text_of(visitor, address)


def test_nothing_found_says_what_gives_how_many(visitor: Client) -> None:
    make_listing("Far Detox", point=(42.9, -72.68), facts={"detox": True, "free": True})
    make_listing("No Free Detox", facts={"detox": True, "free": False})
    make_listing("Free House", facts={"inpatient": True, "free": True})
    make_listing("Old Detox", last_seen_on=dt.date(2020, 1, 1), facts={"detox": True, "free": True})
    source = visitor.get(NEAR + "?type=detox&payment=free&within=50").content.decode()
    page = visible_text(source)
    assert "We found nothing for this search." in page
    for label, query, total in (
        ("Look within 100 miles", NEAR + "?type=detox&payment=free&within=100", 1),
        ("Search without “Type of help”", NEAR + "?payment=free&within=50", 1),
        ("Search without “How to pay”", NEAR + "?type=detox&within=50", 1),
        ("With listings that nobody has confirmed for a year",
         NEAR + "?type=detox&payment=free&within=50&older=1", 1),
        ("Search everywhere", "/find/?type=detox&payment=free", 1),
    ):  # fmt: skip
        assert f'href="{query.replace("&", "&amp;")}"' in source
        assert f"{label} ({total} listing)" in page
    assert "Look within 200 miles" not in page, "it would find no more than 100 miles"
    assert "tel:988" in source


def test_a_way_out_that_finds_nothing_is_not_offered(visitor: Client) -> None:
    make_listing("Dear Detox", facts={"detox": True, "free": False})
    page = text_of(visitor, NEAR + "?type=inpatient&payment=free&within=50")
    assert "Look within" not in page
    assert "Search everywhere" not in page
    assert "Search without" not in page


def test_an_unknown_place_is_not_found(visitor: Client) -> None:
    response = visitor.get("/find/nowhere/")
    assert response.status_code == 404
    assert '<form class="search"' in response.content.decode()


def test_the_number_of_queries(
    visitor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_help_line(purpose="emergency")
    for number in range(25):
        make_meeting(make_listing(f"House {number}", facts={"detox": True, "women": "accepts"}))
    visitor.get(NEAR)
    with django_assert_max_num_queries(6):
        visitor.get(NEAR + "?type=detox&payment=medicaid")
