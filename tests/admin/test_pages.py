"""Every page of the admin: it answers, holds its rows, and lets in only those who may see it."""

import re

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from listings.admin.base import ReadOnly
from listings.models import ImportRun, Listing
from tests.admin.conftest import People

MODELS = sorted(apps.get_app_config("listings").get_models(), key=lambda model: model.__name__)
NAMES = [model._meta.model_name for model in MODELS]
QUERIES = 12


def page(name: str, kind: str, *args: object) -> str:
    return reverse(f"admin:listings_{name}_{kind}", args=args)


def test_every_model_is_registered():
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []


def test_lists(people: People, catalogue: Listing, subtests, django_assert_max_num_queries) -> None:
    for name in NAMES:
        with subtests.test(name), django_assert_max_num_queries(QUERIES):
            response = people.superuser.get(page(name, "changelist"))
            assert response.status_code == 200
            assert len(response.context["cl"].result_list) > 0
            assert "delete_selected" not in response.text
            assert_policy_holds(response.text)


def test_rows(people: People, catalogue: Listing, subtests) -> None:
    for name in NAMES:
        with subtests.test(name):
            response = people.superuser.get(page(name, "change", first(name).pk))
            assert response.status_code == 200
            assert_policy_holds(response.text)


def test_adding(people: People, catalogue: Listing, subtests) -> None:
    for name in NAMES:
        with subtests.test(name):
            model_admin = admin.site.get_model_admin(apps.get_model("listings", name))
            closed = isinstance(model_admin, ReadOnly) or name == "term"
            response = people.superuser.get(page(name, "add"))
            assert response.status_code == (403 if closed else 200)


def test_nothing_is_deleted(people: People, catalogue: Listing, subtests) -> None:
    for name in NAMES:
        with subtests.test(name):
            address = page(name, "delete", first(name).pk)
            assert people.superuser.post(address, {"post": "yes"}).status_code == 403


def test_who_gets_in(people: People, catalogue: Listing, client: Client, subtests) -> None:
    client.force_login(User.objects.create(username="new", is_staff=True))
    for name in NAMES:
        with subtests.test(name):
            assert client.get(page(name, "changelist")).status_code == 403
            for outsider in (people.nobody_special, people.stranger):
                response = outsider.get(page(name, "changelist"))
                assert response.status_code == 302
                assert response.url.startswith(reverse("admin:login"))


def first(name: str) -> Model:
    return apps.get_model("listings", name).objects.order_by("pk")[0]


def assert_policy_holds(text: str) -> None:
    """No inline script or style, which the Content-Security-Policy would block."""
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*[^<\s]", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text)


SEARCHES = [
    ("listing", "Harbour Hospital", 1),
    ("listing", "Hartford", 15),
    ("listing", "(860) 555-0100", 1),
    ("listing", "860.555.0100", 1),
    ("listing", "no such thing", 0),
    ("term", "detox-opioids", 1),
    ("helpline", "988", 2),
    ("provider", "Willow", 1),
    ("place", "hart", 1),
    ("place", "ford", 0),
    ("phone", "+18605550100", 1),
    ("source", "demo", 1),
    ("importrun", "demonstration", 1),
    ("listingidentifier", "hartford-ct-03", 1),
    ("sourcerecord", "hartford-ct-03", 1),
    ("reviewevent", "taxonomy", 1),
]


def test_search(people: People, catalogue: Listing, subtests) -> None:
    for name, words, found in SEARCHES:
        with subtests.test(f"{name}: {words}"):
            response = people.superuser.get(page(name, "changelist"), {"q": words})
            assert response.status_code == 200
            names = [str(row) for row in response.context["cl"].queryset]
            assert len(names) == found, names


def test_report_is_readable(people: People, catalogue: Listing):
    run = ImportRun.objects.get()
    run.report["quarantined"] = [[7, "<b>The row has no name.</b>"]]
    run.save()
    text = people.superuser.get(page("importrun", "change", run.pk)).text
    assert "<th>rows</th><td>15</td>" in text
    assert "&lt;b&gt;The row has no name." in text
