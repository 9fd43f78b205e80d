"""``/healthz``, ``/readyz`` and ``/robots.txt``"""

import pytest
from django.db import OperationalError
from django.test import Client

from listings.models import Catalogue
from listings.search.serving import current_index
from tests.factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/robots.txt"])
def test_it_works(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code == 200


def test_readyz_says_that_the_database_does_not_answer(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("no route to 10.0.0.5")

    monkeypatch.setattr("listings.views.status.stamp_now", fail)
    response = visitor.get("/readyz")
    assert response.status_code == 503
    assert "10.0.0.5" not in response.content.decode()
    assert visitor.get("/healthz").status_code == 200


def test_readyz_says_which_version_it_serves(visitor: Client) -> None:
    make_listing()
    now = Catalogue.objects.current().version
    answer = visitor.get("/readyz").json()
    assert answer == {"status": "ok", "catalogue_version": now, "index_version": now}


def test_readyz_says_that_the_index_stays_behind(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.get("/readyz")
    behind = current_index()
    make_listing()
    monkeypatch.setattr("listings.views.status.current_index", lambda: behind)
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["index_version"] < answer.json()["catalogue_version"]


def test_robots_leave_filtered_results_alone(visitor: Client) -> None:
    rules = visitor.get("/robots.txt").content.decode().split("\n")
    assert "Disallow: /find/*?" in rules
    assert "Disallow: /find/" not in rules
