"""What is typed, and what a crafted request sends: made safe, or refused with a sentence."""

import pytest
from django.urls import reverse

from listings.admin.forms import LOCKABLE
from listings.exchange.demo import demo_records
from listings.exchange.values import record_values
from listings.models import Listing, Phone, Provider, ReviewEvent
from tests.admin.conftest import People
from tests.admin.test_changes import form_of, version


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("name", "Example\u202e  Ward\x07 (made up)", "Example Ward (made up)"),
        ("second_name", "\u200bEast ", "East"),
        ("description", "One\x00 line.\r\n\r\nAnother \u2066line.", "One line.\n\nAnother line."),
        ("street", "1  Example\x1f Street", "1 Example Street"),
        ("city", "Hart\u00adford", "Hartford"),
        ("country", "us", "US"),
        ("timezone", "America/Chicago", "America/Chicago"),
        ("website", "example.org/a", "https://example.org/a"),
        (
            "website",
            "https://ex\u00e4mple.org:8080/\u00e4",
            "https://xn--exmple-cua.org:8080/\u00e4",
        ),
    ],
)
def test_text_is_stored_clean(
    people: People, catalogue: Listing, field: str, typed: str, stored: str
):
    address, data = form_of(people.superuser, catalogue)
    assert people.superuser.post(address, {**data, field: typed}).status_code == 302
    catalogue.refresh_from_db()
    assert getattr(catalogue, field) == stored


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "\u202e", "This field is required."),
        ("country", "U1", "no country code"),
        ("timezone", "America/Nowhere", "no known time zone"),
        ("timezone", "../etc/passwd", "no known time zone"),
        ("website", "https://me:secret@example.org", "is not a web address"),
        ("website", "javascript:alert(1)", "is not a web address"),
        ("website", "ftp://example.org", "must start with https://"),
        ("website", "https://stra\u00dfe.example.org", "write it in ASCII"),
        ("website", "https://" + "\u00e4" * 63 + ".org", "write it in ASCII"),
        ("locked_fields", ["name", "nonsense"], "nonsense is not one of the available choices"),
        ("locked_fields", "[" * 5000, "is not one of the available choices"),
        ("phones-TOTAL_FORMS", "100000", "at most 400 forms"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    people: People, catalogue: Listing, field: str, typed: object, said: str
):
    before = version()
    address, data = form_of(people.superuser, catalogue)
    response = people.superuser.post(address, {**data, field: typed})
    assert response.status_code == 200
    assert said in response.text
    assert version() == before


def test_parts_are_cleaned_too(people: People, catalogue: Listing):
    address, data = form_of(people.superuser, catalogue)
    data |= {"meetings-0-notes": "Ring\u202e  twice", "meetings-0-timezone": "America/New_York"}
    people.superuser.post(address, data)
    assert catalogue.meetings.get().notes == "Ring twice"
    data["meetings-0-timezone"] = "Mars/Olympus"
    assert "no known time zone" in people.superuser.post(address, data).text


@pytest.mark.parametrize(
    "sent", [{"phones-INITIAL_FORMS": "0"}, {"provider": "9" * 20}, {"facts-0-term": "9" * 20}]
)
def test_what_the_database_refuses_changes_nothing(
    people: People, catalogue: Listing, sent: dict[str, str]
):
    before, count = version(), Phone.objects.count()
    address, data = form_of(people.superuser, catalogue)
    response = people.superuser.post(address, {**data, **sent}, follow=True)
    assert response.status_code == 200
    # SQLite cannot hold such a number; PostgreSQL looks for it, and the form says there is none.
    assert "Nothing was saved" in response.text or "errornote" in response.text
    assert (version(), Phone.objects.count()) == (before, count)


def test_a_number_too_large_in_an_address(people: People, catalogue: Listing):
    address = reverse("admin:listings_listing_add")
    page = people.superuser.get(address, {"provider": "9" * 20}, follow=True)
    assert page.status_code == 200


def test_a_second_provider_of_the_same_name_is_refused(people: People, catalogue: Listing):
    provider = catalogue.provider
    data = {"name": f"  {provider.name}\u200b", "country": provider.country}
    data["region"] = provider.region
    response = people.superuser.post(reverse("admin:listings_provider_add"), data, follow=True)
    assert "Nothing was saved" in response.text
    assert Provider.objects.filter(name_key=provider.name_key).count() == 1


@pytest.mark.parametrize("kind", ["regex", "iregex"])
@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("listing", "name"),
        ("listing", "source__name"),
        ("placename", "name"),
        ("fact", "term__facet"),
    ],
)
def test_no_patterns_in_addresses(
    people: People, catalogue: Listing, model: str, path: str, kind: str
):
    address = reverse(f"admin:listings_{model}_changelist")
    assert people.superuser.get(address, {f"{path}__{kind}": "(a+)+$"}).status_code == 400


# -- locked fields ------------------------------------------------------------------------------


def test_what_can_be_locked_is_what_a_merge_asks_for():
    fields = record_values(demo_records()[0])["fields"]
    assert {*LOCKABLE} == {*fields, *(f"phones:{role}" for role in Phone.Role.values)}


def test_locking_fields(people: People, catalogue: Listing):
    address, data = form_of(people.superuser, catalogue)
    data["locked_fields"] = ["name", "phones:main"]
    people.superuser.post(address, data)
    catalogue.refresh_from_db()
    assert catalogue.locked_fields == ["name", "phones:main"]
    assert ReviewEvent.objects.first().changes == {"locked_fields": [[], ["name", "phones:main"]]}


@pytest.mark.parametrize("bad", [["name", "nonsense"], {"name": 1}, "name", 5, [["name"]]])
def test_bad_names_from_before_are_left_out_by_the_next_save(
    people: People, catalogue: Listing, bad: object
):
    Listing.objects.filter(pk=catalogue.pk).update(locked_fields=bad)
    address, data = form_of(people.superuser, catalogue)
    data["locked_fields"] = ["name"]
    assert people.superuser.post(address, data).status_code == 302
    catalogue.refresh_from_db()
    assert catalogue.locked_fields == ["name"]
