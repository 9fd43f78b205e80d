"""A change in the admin: one event, one version, packed rows that follow."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from geopy.exc import GeocoderTimedOut
from geopy.location import Location

from listings.curation import actions, position
from listings.geocoding.online import OnlineGeocoder
from listings.models import Catalogue, Fact, HelpLine, Listing, Provider, ReviewEvent, Source, Term
from tests.admin.conftest import People


def version() -> int:
    return Catalogue.objects.current().version


def form_of(client: Client, listing: Listing) -> tuple[str, dict[str, Any]]:
    """The listing's page and what its form would send if nothing were changed."""
    address = reverse("admin:listings_listing_change", args=[listing.pk])
    context = client.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or value == []:
                continue
            if isinstance(value, dt.datetime):
                local = timezone.localtime(value)
                data[f"{bound.html_name}_0"] = f"{local:%Y-%m-%d}"
                data[f"{bound.html_name}_1"] = f"{local:%H:%M:%S.%f}"
            else:
                kept = isinstance(value, list)
                data[bound.html_name] = "on" if value is True else value if kept else str(value)
    return address, data


def fact_field(data: dict[str, str], fact: Fact, name: str) -> str:
    prefix = next(
        key.removesuffix("-id") for key, value in data.items()
        if key.startswith("facts-") and key.endswith("-id") and value == str(fact.pk)
    )  # fmt: skip
    return f"{prefix}-{name}"


def has(word: bytes, bit: int) -> bool:
    return bool(int.from_bytes(bytes(word), "little") >> bit & 1)


@pytest.fixture
def fact(catalogue: Listing) -> Fact:
    return catalogue.facts.get(term__code="detox-opioids")


def test_saving_unchanged_leaves_no_trace(people: People, catalogue: Listing):
    before, events = version(), ReviewEvent.objects.count()
    address, data = form_of(people.superuser, catalogue)
    assert people.superuser.post(address, data).status_code == 302
    assert (version(), ReviewEvent.objects.count()) == (before, events)
    assert Fact.objects.exclude(method="import").count() == 0


def test_changing_a_fact(people: People, catalogue: Listing, fact: Fact):
    before, events = version(), ReviewEvent.objects.count()
    address, data = form_of(people.superuser, catalogue)
    data.pop(fact_field(data, fact, "value"))
    assert people.superuser.post(address, data).status_code == 302
    event = ReviewEvent.objects.first()
    assert ReviewEvent.objects.count() == events + 1
    assert event.changes["fact:detox-opioids"] == ["yes", "no"]
    assert (event.via, event.by.username, event.listing) == ("admin", "boss", catalogue)
    catalogue.refresh_from_db()
    assert catalogue.version == version() == before + 1
    assert has(catalogue.no_bits, fact.term.bit)
    assert not has(catalogue.yes_bits, fact.term.bit)


def test_a_changed_fact_is_the_curators(people: People, catalogue: Listing, fact: Fact):
    address, data = form_of(people.superuser, catalogue)
    data.pop(fact_field(data, fact, "value"))
    people.superuser.post(address, data)
    fact.refresh_from_db()
    assert (fact.method, fact.source.code, fact.as_of) == (
        "curator", "curators", timezone.localdate(),
    )  # fmt: skip
    assert fact.curated
    assert fact.checked_by is None
    assert catalogue.facts.filter(method="import").count() == catalogue.facts.count() - 1


def test_locking_keeps_the_source(people: People, catalogue: Listing, fact: Fact):
    address, data = form_of(people.superuser, catalogue)
    data[fact_field(data, fact, "locked")] = "on"
    people.superuser.post(address, data)
    fact.refresh_from_db()
    assert (fact.locked, fact.method, fact.source.code) == (True, "import", "demo")
    assert ReviewEvent.objects.first().changes == {"fact:detox-opioids locked": [False, True]}


def test_taking_a_fact_away_makes_it_not_known(people: People, catalogue: Listing, fact: Fact):
    address, data = form_of(people.superuser, catalogue)
    data[fact_field(data, fact, "DELETE")] = "on"
    people.superuser.post(address, data)
    catalogue.refresh_from_db()
    assert not has(catalogue.yes_bits, fact.term.bit)
    assert not has(catalogue.no_bits, fact.term.bit)
    assert ReviewEvent.objects.first().changes["fact:detox-opioids"] == ["yes", None]


def test_adding_a_fact_and_a_telephone(people: People, catalogue: Listing):
    term = Term.objects.get(code="lang-ru")
    address, data = form_of(people.superuser, catalogue)
    count, phones = int(data["facts-TOTAL_FORMS"]), int(data["phones-TOTAL_FORMS"])
    data |= {
        "facts-TOTAL_FORMS": str(count + 1),
        f"facts-{count}-term": str(term.pk),
        f"facts-{count}-value": "on",
        "phones-TOTAL_FORMS": str(phones + 1),
        f"phones-{phones}-number": "+18605550177",
        f"phones-{phones}-role": "hotline",
    }
    assert people.superuser.post(address, data).status_code == 302
    catalogue.refresh_from_db()
    assert has(catalogue.yes_bits, term.bit)
    assert catalogue.phones.get(number="+18605550177").method == "curator"
    event = ReviewEvent.objects.first()
    assert event.changes["fact:lang-ru"] == [None, "yes"]
    assert ["+18605550177", "", "hotline"] in event.changes["phones"][1]


def test_changing_the_name_moves_its_key(people: People, catalogue: Listing):
    address, data = form_of(people.superuser, catalogue)
    old = data["name"]
    data["name"] = "Example Renamed Ward (made up)"
    people.superuser.post(address, data)
    catalogue.refresh_from_db()
    assert catalogue.name_key == "example renamed ward made up hartford"
    assert ReviewEvent.objects.first().changes == {"name": [old, data["name"]]}


def test_a_bad_number_changes_nothing(people: People, catalogue: Listing):
    before = version()
    address, data = form_of(people.superuser, catalogue)
    data["phones-0-number"] = "call us"
    response = people.superuser.post(address, data)
    assert response.status_code == 200
    assert version() == before


def test_adding_a_listing(people: People, catalogue: Listing):
    source = Source.objects.get(code="demo")
    data = {
        "name": "Example New Place (made up)", "source": source.pk, "country": "US",
    }  # fmt: skip
    for part in ("phones", "facts", "meetings", "openings", "identifiers"):
        data |= {f"{part}-TOTAL_FORMS": "0", f"{part}-INITIAL_FORMS": "0"}
    response = people.superuser.post(reverse("admin:listings_listing_add"), data)
    assert response.status_code == 302
    listing = Listing.objects.get(name=data["name"])
    assert (listing.status, listing.version) == ("draft", version())
    assert listing.name_key == "example new place made up"
    assert listing.events.count() == 1


@pytest.mark.parametrize(
    ("action", "status"),
    [("close_for_now", "temporarily-closed"), ("close", "closed"), ("do_not_list", "do-not-list")],
)
def test_status_by_action(action: str, status: str, people: People, catalogue: Listing):
    before = version()
    data = {"action": action, "_selected_action": [catalogue.pk]}
    people.superuser.post(reverse("admin:listings_listing_changelist"), data)
    catalogue.refresh_from_db()
    assert (catalogue.status, catalogue.version) == (status, before + 1)
    assert ReviewEvent.objects.first().changes == {"status": ["published", status]}


def test_publishing_without_a_source_is_refused_with_a_sentence(people: People, catalogue: Listing):
    draft = Listing.objects.create(name="Example Draft (made up)")
    data = {"action": "publish", "_selected_action": [draft.pk]}
    page = people.superuser.post(
        reverse("admin:listings_listing_changelist"), data, follow=True
    ).text
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert "needs a source" in page


def test_terms_take_an_overlay_only(people: People, catalogue: Listing):
    term = Term.objects.get(code="methadone")
    before = version()
    address = reverse("admin:listings_term_change", args=[term.pk])
    data = {"label": "Hacked", "bit": "319", "label_override": "Methadone (liquid)"}
    assert people.superuser.post(address, data).status_code == 302
    term.refresh_from_db()
    assert (term.label, term.shown_label) == ("Methadone", "Methadone (liquid)")
    assert term.version == version() == before + 1
    call_command("load_taxonomy", verbosity=0)
    term.refresh_from_db()
    assert term.shown_label == "Methadone (liquid)"


def test_renaming_a_provider_stamps_its_listings(people: People, catalogue: Listing):
    provider = catalogue.provider
    address = reverse("admin:listings_provider_change", args=[provider.pk])
    data = {"name": "Example New Name (made up)", "country": "US", "region": "CT"}
    people.superuser.post(address, data)
    catalogue.refresh_from_db()
    assert catalogue.version == version()
    assert Provider.objects.get(pk=provider.pk).name_key == "example new name made up"


def test_help_line_is_saved_with_an_event(people: People, catalogue: Listing):
    line = HelpLine.objects.get(code="us-988")
    before = version()
    address = reverse("admin:listings_helpline_change", args=[line.pk])
    form = people.superuser.get(address).context["adminform"].form
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    assert people.superuser.post(address, data).status_code == 302
    assert version() == before
    data["about"] = "Someone listens."
    people.superuser.post(address, data)
    line.refresh_from_db()
    assert line.version == version() == before + 1


def test_marking_help_lines_as_checked(people: People, catalogue: Listing):
    line = HelpLine.objects.get(code="us-988")
    data = {"action": "mark_checked", "_selected_action": [line.pk]}
    people.superuser.post(reverse("admin:listings_helpline_changelist"), data)
    line.refresh_from_db()
    assert line.checked_by.username == "boss"
    assert line.next_check == max(timezone.localdate(), line.source_date) + dt.timedelta(days=90)


def test_the_demo_curator_may_change_facts(
    catalogue: Listing, fact: Fact, client: Client, settings, monkeypatch
):
    settings.DIRECTORY_DEMO = True
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", "correct-horse-battery")
    call_command("load_demo", verbosity=0)
    client.force_login(User.objects.get(username="curator"))
    address, data = form_of(client, catalogue)
    data.pop(fact_field(data, fact, "value"))
    assert client.post(address, data).status_code == 302
    assert ReviewEvent.objects.first().by.username == "curator"


@pytest.mark.parametrize(("demo", "status"), [(True, 302), (False, 200)])
def test_the_demo_login_opens_demonstrations_only(
    demo: bool, status: int, catalogue: Listing, client: Client, settings, monkeypatch
):
    settings.DIRECTORY_DEMO = True
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", "correct-horse-battery")
    call_command("load_demo", verbosity=0)
    settings.DIRECTORY_DEMO = demo
    data = {"username": "curator", "password": "correct-horse-battery"}
    response = client.post(reverse("admin:login"), data)
    assert response.status_code == status
    if not demo:
        assert "belongs to the demonstration" in response.text


def test_a_new_address_moves_the_point(people: People, catalogue: Listing):
    call_command("load_gazetteer", verbosity=0)
    address, data = form_of(people.superuser, catalogue)
    data |= {"street": "1 Example Street", "city": "Hartford", "region": "CT", "postcode": "06103"}
    people.superuser.post(address, data)
    catalogue.refresh_from_db()
    assert catalogue.precision == "postcode"
    assert (round(catalogue.latitude, 2), round(catalogue.longitude, 2)) == (41.77, -72.67)


class FakeService:
    """A geopy geocoder that knows one address, or cannot be reached."""

    def __init__(self, reachable: bool) -> None:
        self.reachable = reachable

    def geocode(self, address: str, **options: str) -> Location | None:
        if not self.reachable:
            raise GeocoderTimedOut
        assert (address, options) == ("1 Example Street, Hartford, CT 06103", {"countries": "US"})
        return Location(address, (41.7655, -72.6712), {})


@pytest.mark.parametrize(("reachable", "precision"), [(True, "exact"), (False, "postcode")])
def test_an_online_geocoder_places_the_address_or_is_done_without(
    people: People,
    catalogue: Listing,
    monkeypatch: pytest.MonkeyPatch,
    reachable: bool,
    precision: str,
):
    call_command("load_gazetteer", verbosity=0)
    cache.clear()
    service = OnlineGeocoder(FakeService(reachable), "countries")
    monkeypatch.setattr(position, "online_geocoder", lambda: service)
    address, data = form_of(people.superuser, catalogue)
    data |= {"street": "1 Example Street", "city": "Hartford", "region": "CT", "postcode": "06103"}
    page = people.superuser.post(address, data, follow=True).text
    catalogue.refresh_from_db()
    assert catalogue.precision == precision
    assert ("Try again later" in page) is not reachable


def test_a_page_opened_before_another_change_overwrites_nothing(people: People, catalogue: Listing):
    address, data = form_of(people.superuser, catalogue)
    catalogue.website = "https://new.example.org"
    actions.record_change(
        catalogue, by=None, changes={"website": ["", catalogue.website]}, reason="", via="admin"
    )
    response = people.superuser.post(address, {**data, "description": "Mine."})
    assert "Nothing was saved" in response.content.decode()
    catalogue.refresh_from_db()
    assert (catalogue.website, catalogue.description) != ("", "Mine.")
    assert catalogue.website == "https://new.example.org"


def test_a_refusal_is_a_sentence(
    people: People, catalogue: Listing, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*args: object, **kwargs: object) -> None:
        raise actions.Refused("Not now.")

    monkeypatch.setattr(actions, "record_change", refuse)
    address, data = form_of(people.superuser, catalogue)
    response = people.superuser.post(address, {**data, "description": "Mine."}, follow=True)
    assert response.status_code == 200
    assert "Not now." in response.content.decode()
    catalogue.refresh_from_db()
    assert catalogue.description != "Mine."


@pytest.mark.parametrize(
    ("typed", "number", "extension"),
    [
        ("(860) 555-0142", "+18605550142", ""),
        ("860-555-0142 x12", "+18605550142", "12"),
        ("+44 20 7946 0018", "+442079460018", ""),
    ],
)
def test_a_number_as_people_write_it(
    people: People, catalogue: Listing, typed: str, number: str, extension: str
):
    address, data = form_of(people.superuser, catalogue)
    data |= {"phones-TOTAL_FORMS": str(int(data["phones-TOTAL_FORMS"]))}
    first = next(key for key in data if key.startswith("phones-0-number"))
    people.superuser.post(address, {**data, first: typed})
    phone = catalogue.phones.order_by("pk")[0]
    assert (phone.number, phone.extension) == (number, extension)
