"""``/listing/<uuid>/``"""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from listings.models import Listing, Opening, Phone
from tests.factories import (
    add_facts,
    make_group,
    make_help_line,
    make_listing,
    make_meeting,
    make_source,
)
from tests.pages.reading import main_of, visible_text

pytestmark = pytest.mark.django_db


def text_of(visitor: Client, listing: Listing) -> str:
    response = visitor.get(listing.get_absolute_url())
    assert response.status_code == 200
    return visible_text(main_of(response.content.decode()))


def test_it_works(visitor: Client) -> None:
    facts = {"detox": True, "inpatient": False, "medicaid": True, "women": "dedicated",
             "men": "accepts", "veterans": "only"}  # fmt: skip
    listing = make_listing("Harbour House", facts=facts, second_name="Unit 2")
    text = text_of(visitor, listing)
    lines = text.split("\n")
    assert lines[:2] == ["Harbour House", "Unit 2"]
    for answer, label in (
        ("Offered", "Detox"), ("Not offered", "Inpatient"), ("Offered", "Medicaid"),
        ("Has a programme made for", "Women"), ("Accepts", "Men"), ("Serves only", "Veterans"),
    ):  # fmt: skip
        assert f"{answer}\n{label}" in text
    assert "12 Main St" in text
    assert "No curator has checked this yet." in text
    assert "All of these facts come from: Register of Tests, date not given" in text


def test_each_fact_names_its_own_source_and_date(visitor: Client) -> None:
    listing = make_listing(as_of=dt.date(2026, 5, 4))
    add_facts(listing, {"medicaid": True}, make_source("other", name="Another List"))
    text = text_of(visitor, listing)
    assert "Detox\nRegister of Tests, May 4, 2026" in text
    assert "Medicaid\nAnother List, date not given" in text


def test_first_screen_facets_list_what_is_not_known(visitor: Client) -> None:
    page = visitor.get(make_listing().get_absolute_url()).content.decode()
    assert "Not known at all" in page
    assert "Medicaid" in page
    assert "Acamprosate" not in page  # "Medication" is no facet of the first screen


def test_phones_have_roles_and_admissions_stand_first(visitor: Client) -> None:
    listing = make_listing(phones=["+18605550101"])
    Phone.objects.create(
        listing=listing, number="+18605550102", extension="17", role="intake", source=listing.source
    )
    page = visitor.get(listing.get_absolute_url()).content.decode()
    assert page.index("tel:+18605550102;ext=17") < page.index("tel:+18605550101")
    assert "Call (860) 555-0102 ext. 17 Admissions" in visible_text(page)
    assert page.count('class="call"') == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"unverified": True}, "Not verified: we know of this place only"),
        ({"status": Listing.Status.TEMPORARILY_CLOSED}, "has closed for some time"),
        ({"last_seen_on": dt.date(2020, 1, 1)}, "It may be out of date."),
        ({"opening_hours": "Mo-Fr 09:00-17:00"}, "Monday to Friday 09:00 to 17:00"),
        ({"opening_hours": "24/7"}, "day and night, every day"),
        ({"precision": "postcode"}, "We measure distance to the middle of ZIP code 06103."),
        ({"who_answers": "call-centre"}, "a call centre for several services"),
        ({"description": "We are kind.\n\nCome in."}, "We are kind."),
        ({"email": "a@house.example"}, "a@house.example"),
    ],
)
def test_it_says(visitor: Client, fields: dict[str, object], said: str) -> None:
    assert said in text_of(visitor, make_listing(**fields))  # type: ignore[arg-type]


def test_a_withheld_address_shows_the_town_alone(visitor: Client) -> None:
    listing = make_listing(address_withheld=True, street="7 Secret Row", postcode="06120")
    page = visitor.get(listing.get_absolute_url()).content.decode()
    results = visitor.get("/find/").content.decode()
    assert "Hartford, CT" in page
    for hidden in ("Secret Row", "06120", "41.76", "72.68"):
        assert hidden not in page + results


@pytest.mark.parametrize(
    ("website", "shown"),
    [
        ("https://www.house.example/a?b=1", ">house.example</a>"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://house.example/", None),
        ("https://", None),
        ("http://[broken", None),
    ],
)
def test_only_web_addresses_are_links(visitor: Client, website: str, shown: str | None) -> None:
    page = main_of(visitor.get(make_listing(website=website).get_absolute_url()).content.decode())
    if shown:
        assert 'rel="noopener noreferrer nofollow" referrerpolicy="no-referrer"' in page
        assert shown in page
    else:
        assert "Website" not in page
        assert website not in page


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"detox": True}, True),
        ({"outpatient": True, "methadone": True}, True),
        ({"outpatient": True, "buprenorphine": True}, True),
        ({"outpatient": True, "opioid-clients": "accepts"}, True),
        ({"outpatient": True, "detox": False}, False),
        ({"outpatient": True}, False),
        ({"family-support": True}, False),
    ],
)
def test_the_tolerance_box(visitor: Client, facts: dict[str, bool | str], shown: bool) -> None:
    make_help_line(purpose="emergency", number="911")
    text = text_of(visitor, make_listing(facts=facts))
    assert ("your old dose can kill you" in text) is shown
    assert ("naloxone" in text) is shown
    assert ("No clinician has reviewed this text yet." in text) is shown


def test_meetings(visitor: Client) -> None:
    group = make_group()
    make_meeting(group, weekday=3, name="Newcomers", notes="Ring twice.", dial_in="+18605550144",
                 online_url="https://meet.example/x", timezone="")  # fmt: skip
    text = text_of(visitor, group)
    assert "7 p.m. (New York time) – online, 60 minutes" in text
    assert "Newcomers" in text
    assert "time zone not known" in text
    assert "Join at meet.example" in text


def test_an_opening_is_shown_until_it_expires(visitor: Client) -> None:
    listing, now = make_listing(), timezone.now()
    hour = dt.timedelta(hours=1)
    opening = Opening.objects.create(
        listing=listing, state="waiting-list", wait_days=3, source=listing.source, as_of=now,
        expires_at=now + hour,
    )  # fmt: skip
    assert "Has a waiting list, wait of 3 days" in text_of(visitor, listing)
    Opening.objects.filter(pk=opening.pk).update(as_of=now - 2 * hour, expires_at=now - hour)
    assert "waiting list" not in text_of(visitor, listing)


@pytest.mark.parametrize("status", ["draft", "needs-check", "do-not-list", "submitted"])
def test_what_is_not_public_is_as_absent_as_what_never_was(visitor: Client, status: str) -> None:
    hidden = visitor.get(make_listing("Hidden House", status=status).get_absolute_url())
    absent = visitor.get(f"/listing/{uuid.uuid4()}/")
    assert hidden.status_code == absent.status_code == 404
    assert b"Hidden House" not in hidden.content


def test_a_closed_place_says_so(visitor: Client) -> None:
    response = visitor.get(make_listing("Old House", status="closed").get_absolute_url())
    assert response.status_code == 410
    assert "Old House has closed" in response.content.decode()
    assert "tel:" not in main_of(response.content.decode())


def test_made_up_listings_are_absent_without_the_demonstration(
    visitor: Client, settings: object
) -> None:
    demo = make_source("demo", name="Demonstration", is_demo=True)
    listing, closed = make_listing(source=demo), make_listing(source=demo, status="closed")
    assert visitor.get(listing.get_absolute_url()).status_code == 404
    assert visitor.get(closed.get_absolute_url()).status_code == 404
    settings.DIRECTORY_DEMO = True  # type: ignore[attr-defined]
    assert "made-up example" in text_of(visitor, listing)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% debug %}",
    "‮gnp.exe",
    "Z̡̢͎͙a̶l̷g̸o̴" * 20,
    "W" * 300,
    "مركز الأمل",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(visitor: Client, text: str) -> None:
    listing = make_listing(
        text[:300], second_name=text[:300], description=text * 30, street=text[:300],
        city=text[:120], opening_hours=text[:300], status_reason=text[:300],
        status=Listing.Status.TEMPORARILY_CLOSED,
    )  # fmt: skip
    make_meeting(listing, name=text[:200], notes=text[:300], dial_in=text[:100])
    for address in (listing.get_absolute_url(), "/find/"):
        response = visitor.get(address)
        page = response.content.decode()
        assert response.status_code == 200
        assert "<script" not in page
        assert "<img" not in page
        assert "14{%" not in page


def test_nothing_known_at_all(visitor: Client) -> None:
    listing = make_listing(
        facts={}, phones=[], point=None, street="", city="", region="", postcode="", country="",
        timezone="", last_seen_on=None,
    )  # fmt: skip
    assert "Nothing yet." in text_of(visitor, listing)


def test_the_number_of_queries(
    visitor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_help_line()
    many = dict.fromkeys(["detox", "outpatient", "medicaid", "medicare", "women", "lang-es"], True)
    listing = make_listing(facts=many)
    for day in range(1, 8):
        make_meeting(listing, weekday=day)
    visitor.get(listing.get_absolute_url())
    with django_assert_max_num_queries(9):
        visitor.get(listing.get_absolute_url())
