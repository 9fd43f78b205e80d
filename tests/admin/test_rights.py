"""Who may change what: the demonstration's login, sources, and many listings at once."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from listings.admin.trace import curators_source
from listings.exchange.demo import GROUP
from listings.models import HelpLine, Listing, ReviewEvent, Source
from tests.admin.conftest import People
from tests.admin.test_changes import form_of, version

LIST = "admin:listings_listing_changelist"


@pytest.fixture
def demo_client(
    catalogue: Listing, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Client:
    """The demonstration's curator, logged in."""
    settings.DIRECTORY_DEMO = True
    monkeypatch.setenv("DEMO_CURATOR_PASSWORD", "correct-horse-battery")
    call_command("load_demo", verbosity=0)
    client.force_login(User.objects.get(username="curator"))
    return client


@pytest.fixture
def curator(catalogue: Listing) -> Client:
    """A curator who may change everything in the directory, and is no superuser."""
    user = User.objects.create(username="ruth", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="listings"))
    client = Client()
    client.force_login(user)
    return client


def choose(client: Client, action: str, listings: list[Listing]) -> str:
    data = {"action": action, "_selected_action": [listing.pk for listing in listings]}
    return client.post(reverse(LIST), data, follow=True).text


def test_a_session_ends_with_the_demonstration(demo_client: Client, settings: Settings):
    assert demo_client.get(reverse(LIST)).status_code == 200
    settings.DIRECTORY_DEMO = False
    for name in (LIST, "admin:index", "admin:autocomplete"):
        assert demo_client.get(reverse(name)).status_code == 302


def test_others_stay_when_the_demonstration_ends(curator: Client, settings: Settings):
    settings.DIRECTORY_DEMO = False
    assert curator.get(reverse(LIST)).status_code == 200


@pytest.mark.parametrize("name", ["source", "helpline"])
def test_the_demo_login_only_sees_sources_and_help_lines(name: str, demo_client: Client):
    row = {"source": Source, "helpline": HelpLine}[name].objects.order_by("pk")[0]
    address = reverse(f"admin:listings_{name}_change", args=[row.pk])
    assert demo_client.get(address).status_code == 200
    assert demo_client.post(address, {"name": "Mine"}).status_code == 403


def test_rights_given_before_are_taken_back(demo_client: Client):
    group = Group.objects.get(name=GROUP)
    group.permissions.add(Permission.objects.get(codename="change_source"))
    call_command("load_demo", verbosity=0)
    assert not group.permissions.filter(codename="change_source").exists()


def test_a_listing_keeps_its_source(people: People, catalogue: Listing):
    address, data = form_of(people.superuser, catalogue)
    assert "source" not in data
    people.superuser.post(address, {**data, "city": "Avon", "source": curators_source().pk})
    catalogue.refresh_from_db()
    assert (catalogue.city, catalogue.source.code) == ("Avon", "demo")


def test_a_source_is_trusted_by_superusers_only(curator: Client, people: People):
    source = Source.objects.create(code="county", name="A county", policy="untrusted")
    address = reverse("admin:listings_source_change", args=[source.pk])
    data = {"name": "The county", "code": "other", "policy": "register", "is_demo": "on"}
    assert curator.post(address, data).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.code, source.policy) == ("The county", "county", "untrusted")
    assert people.superuser.post(address, data).status_code == 302
    source.refresh_from_db()
    assert (source.code, source.policy, source.is_demo) == ("other", "register", False)
    assert ReviewEvent.objects.first().changes["policy"] == ["untrusted", "register"]
    assert curator.get(reverse("admin:listings_source_add")).status_code == 403


def test_a_help_lines_event_holds_all_that_changed(people: People, catalogue: Listing):
    line = HelpLine.objects.get(code="us-988")
    address = reverse("admin:listings_helpline_change", args=[line.pk])
    form = people.superuser.get(address).context["adminform"].form
    data = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    told = {"number": "989", "name": "Another", "text_to": "1", "about": "It.", "withdrawn": "on"}
    told["next_check"] = "2100-01-01"
    before = {name: getattr(line, name) for name in told}
    assert people.superuser.post(address, {**data, **told}).status_code == 302
    assert ReviewEvent.objects.first().changes == {
        **{name: [before[name], told[name]] for name in told},
        "next_check": [before["next_check"].isoformat(), "2100-01-01"],
        "withdrawn": [False, True],
    }


def test_more_than_25_need_a_second_person(people: People):
    drafts = [
        Listing.objects.create(name=f"Example {n} (made up)", source=curators_source())
        for n in range(26)
    ]
    before = version()
    page = choose(people.superuser, "publish", drafts)
    assert "26 listings are chosen, and more than 25 need a second person" in page
    assert (version(), Listing.objects.filter(status="published").count()) == (before, 0)
    choose(people.superuser, "publish", drafts[:25])
    assert Listing.objects.filter(status="published").count() == 25


@pytest.mark.parametrize(
    ("status", "published"),
    [
        ("draft", True),
        ("needs-check", True),
        ("assigned", True),
        ("submitted", True),
        ("temporarily-closed", True),
        ("closed", True),
        ("do-not-list", False),
    ],
)
def test_what_may_be_published(status: str, published: bool, people: People, catalogue: Listing):
    Listing.objects.filter(pk=catalogue.pk).update(status=status)
    page = choose(people.superuser, "publish", [catalogue])
    catalogue.refresh_from_db()
    assert (catalogue.status == "published") is published
    assert (f"Left out: {catalogue} (" in page) is not published
