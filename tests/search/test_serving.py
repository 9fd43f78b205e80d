"""One process's index: kept at the catalogue's version, by one file and by what has changed."""

import datetime as dt
import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from listings.curation import actions
from listings.models import Listing
from listings.search import files, serving
from listings.search.criteria import SearchCriteria
from listings.search.index import Index, Stamp
from listings.search.loading import stamp_now
from listings.search.serving import Keeper
from tests.factories import make_group, make_listing, make_source
from tests.search.held import held
from tests.search.keeping import Later, houses, index_files, rename, right, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def test_it_works(folder: Path, builds: list[Stamp]) -> None:
    houses(3)
    index = Keeper().current()
    assert right(index)
    assert [one["name"] for one in held(index).values()] == ["house 0", "house 1", "house 2"]
    assert len(index_files(folder)) == 1
    assert right(Keeper().current())
    assert len(builds) == 1, "the second process maps the file of the first"


def change_name(listing: Listing) -> None:
    listing.name = "Another Name"
    actions.record_change(
        listing, by=None, changes={"name": ["", ""]}, reason="a test", via="command"
    )


def give_opening(listing: Listing) -> None:
    actions.give_openings(
        make_source(), {listing.pk: "open"}, hold=dt.timedelta(hours=1), wait_days=0,
        via="command",
    )  # fmt: skip


CHANGES: dict[str, Callable[[Listing], Any]] = {
    "published": lambda _: make_listing("New"),
    "a group": lambda _: make_group(),
    "a draft": lambda _: make_listing("Draft", status=Listing.Status.DRAFT),
    "withdrawn": withdraw,
    "closed for a time": lambda listing: withdraw(listing, "temporarily-closed"),
    "renamed": change_name,
    "an opening": give_opening,
    "nothing public": lambda _: actions.save_public(
        make_source("other"), by=None, changes={}, via="admin", action="changed"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_taken_in(name: str, builds: list[Stamp]) -> None:
    listings = houses(3)
    keeper = Keeper()
    keeper.current()
    CHANGES[name](listings[1])
    assert right(keeper.current())
    assert len(builds) == 1
    assert not Later.started


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, {"open"}), (2, {"full"}), (8, {"full"}), (10, set())]
)
def test_an_opening_that_expires_uncovers_an_older_one(hours: int, expected: set[str]) -> None:
    """As it does on the listing's page; no change tells the index of it."""
    (listing,) = houses(1)
    for source, state, hold in (("one", "full", 9), ("other", "open", 1)):
        actions.give_openings(
            make_source(source), {listing.pk: state}, hold=dt.timedelta(hours=hold), wait_days=0,
            via="command",
        )  # fmt: skip
    index, at = Keeper().current(), timezone.now() + dt.timedelta(hours=hours)
    asked = {
        state: SearchCriteria(times={"opening": (state,)}, known_only=frozenset({"opening"}))
        for state in ("open", "full")
    }
    assert {state for state in asked if index.total(asked[state], {}, at)} == expected


def test_withdrawn_and_published_again_and_again(builds: list[Stamp]) -> None:
    """Through all segments: the large one, the grown one and the young one."""
    listings = houses(5)
    keeper = Keeper()
    keeper.current()
    for turn in range(6):
        for one in listings[: 1 + turn % 3]:
            withdraw(one, "published" if turn % 2 else "closed")
            assert right(keeper.current())
    assert len(builds) == 1


def test_demonstration_and_real_site_have_files_of_their_own(settings: Settings) -> None:
    make_listing("Real")
    make_listing("Made up", source=make_source("demo", is_demo=True))
    assert len(held(Keeper().current())) == 1
    settings.DIRECTORY_DEMO = True
    assert len(held(Keeper().current())) == 2
    settings.DIRECTORY_DEMO = False
    assert len(held(Keeper().current())) == 1


# -- many changes at once ------------------------------------------------------------------------


def test_many_changes_are_left_to_the_background(builds: list[Stamp]) -> None:
    listings = houses(10)
    keeper = Keeper()
    before = keeper.current()
    rename(listings, "Imported")
    for _request in range(3):
        assert keeper.current() is before
    assert len(Later.started) == 1
    Later.run_all()
    assert right(keeper.current())
    assert len(builds) == 2
    assert not Later.started, "and that was that"


def test_small_changes_until_there_are_too_many(builds: list[Stamp]) -> None:
    listings = houses(20)
    keeper = Keeper()
    keeper.current()
    for one in listings[:15]:
        withdraw(one)
        withdraw(one, "published")
        assert right(keeper.current())
    assert len(Later.started) == 1
    Later.run_all()
    assert len(builds) == 2
    assert keeper.current().changed <= serving.AT_ONCE
    assert right(keeper.current())
    assert not Later.started


def test_the_answer_is_never_older_than_one_given_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the index is built anew, requests take in changes that its builder has not seen."""
    listings = houses(20)
    keeper = Keeper()
    keeper.current()
    built = files.load_index

    def built_slowly() -> Index:
        index = built()
        for first in range(0, 12, 4):
            rename(listings[first : first + 4], f"Renamed {first}")
            given.append(keeper.current().stamp)
        return index

    given: list[Stamp] = []
    for one in listings[:13]:
        rename([one], "Renamed alone")
        keeper.current()
    assert len(Later.started) == 1
    monkeypatch.setattr(files, "load_index", built_slowly)
    Later.run_all()
    monkeypatch.setattr(files, "load_index", built)
    assert len(given) == 3
    assert keeper.current().stamp >= given[-1]
    Later.run_all()
    assert right(keeper.current())


def test_a_process_takes_what_another_has_built(builds: list[Stamp]) -> None:
    listings = houses(10)
    one, other = Keeper(), Keeper()
    one.current()
    other.current()
    rename(listings, "Imported")
    one.current()
    other.current()
    assert Later.run_all() == 2
    assert right(one.current())
    assert right(other.current())
    assert len(builds) == 2, "one for the start and one for both"


def test_a_start_after_many_changes(builds: list[Stamp]) -> None:
    listings = houses(10)
    Keeper().current()
    rename(listings, "Imported while no process ran")
    assert right(Keeper().current())
    assert len(builds) == 2


def test_a_start_after_few_changes(builds: list[Stamp]) -> None:
    listings = houses(10)
    Keeper().current()
    rename(listings[:4], "Imported while no process ran")
    assert right(Keeper().current())
    assert len(builds) == 1


def test_another_process_builds_while_this_one_waits_for_it(
    builds: list[Stamp], monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = houses(3)
    lock = fcntl.flock

    def waiting(*args: Any) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        rename(listings, "Meanwhile")
        Keeper().current()
        lock(*args)

    monkeypatch.setattr(fcntl, "flock", waiting)
    assert right(Keeper().current())
    assert len(builds) == 1


def test_a_rebuild_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    listings = houses(10)
    keeper = Keeper()
    before = keeper.current()
    rename(listings, "Imported")
    keeper.current()

    def failing() -> Index:
        raise DatabaseError("the database has gone away")

    with monkeypatch.context() as patch:
        patch.setattr(files, "load_index", failing)
        Later.run_all()
    assert said == ["The search index could not be built anew."]
    assert keeper.current() is before
    Later.run_all()
    assert right(keeper.current())


def test_readyz_says_how_far_behind_it_is(client: Client) -> None:
    listings = houses(10)
    first = client.get("/readyz").json()
    rename(listings, "Imported")
    at = stamp_now().version
    assert first == {"status": "ok", "catalogue_version": at - 1, "index_version": at - 1}
    behind = client.get("/readyz")
    assert behind.status_code == 200
    assert behind.json() == {
        "status": "degraded", "catalogue_version": at, "index_version": at - 1,
    }  # fmt: skip
    Later.run_all()
    assert client.get("/readyz").json() == {
        "status": "ok", "catalogue_version": at, "index_version": at,
    }  # fmt: skip


@pytest.mark.parametrize("error", [DatabaseError, OperationalError, InterfaceError])
def test_readyz_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    houses(1)
    assert client.get("/readyz").status_code == 200

    def gone() -> Stamp:
        raise error

    monkeypatch.setattr(serving, "stamp_now", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "does not answer"}
