"""An older backup in the place of the database: what was answered from is dropped."""

from pathlib import Path

import pytest
from django.test import Client

from listings.models import Catalogue
from listings.search import files, serving
from listings.search.index import Index, Stamp
from listings.search.loading import stamp_now
from listings.search.serving import Keeper
from tests.factories import make_listing
from tests.search.keeping import Later, houses, index_files, names, rename, restore, right

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.mark.parametrize("renewed", [True, False])
def test_an_older_backup_is_restored(renewed: bool, folder: Path, builds: list[Stamp]) -> None:
    listings = houses(3)
    backup, version = {one.pk: one.name for one in listings}, stamp_now().version
    keepers = [Keeper(), Keeper()]
    rename(listings, "Later")
    make_listing("Later, too", phones=[])
    for keeper in keepers:
        assert len(names(keeper.current())) == 4
    restore(backup, version)
    if renewed:
        Catalogue.renew_epoch()
    for keeper in keepers:
        assert right(keeper.current())
        assert names(keeper.current()) == ["house 0", "house 1", "house 2"]
    assert len(builds) == 2
    assert len(index_files(folder)) == 1


@pytest.mark.parametrize("more", [-2, 0, 2])
def test_with_a_new_epoch_the_version_tells_nothing(more: int) -> None:
    listings = houses(3)
    keeper = Keeper()
    keeper.current()
    restore({listings[0].pk: "Restored"}, stamp_now().version + more)
    Catalogue.renew_epoch()
    assert right(keeper.current())
    assert names(keeper.current()) == ["restored"]


def test_a_file_of_a_future_that_never_came(folder: Path) -> None:
    """Restored without a new epoch: the file written before is of versions that come again."""
    listings = houses(3)
    backup, version = {one.pk: one.name for one in listings}, stamp_now().version
    make_listing("Lost")
    running = Keeper()
    running.current()
    restore(backup, version)
    running.current()
    for turn in range(6):
        rename(listings[:1], f"Turn {turn}")
    assert right(running.current())
    assert right(Keeper().current())


@pytest.mark.parametrize("renewed", [True, False])
def test_restored_while_the_index_is_built_anew(
    renewed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = houses(10)
    keeper = Keeper()
    keeper.current()
    rename(listings, "Imported")
    keeper.current()

    def built_and_restored(most: int) -> Index:
        index = files.shared_index(most)
        monkeypatch.setattr(serving, "shared_index", files.shared_index)
        restore({listings[0].pk: "Restored"}, 3)
        if renewed:
            Catalogue.renew_epoch()
        assert names(keeper.current()) == ["restored"]
        return index

    monkeypatch.setattr(serving, "shared_index", built_and_restored)
    Later.run_all()
    assert right(keeper.current())
    assert names(keeper.current()) == ["restored"]


def test_pages_are_those_of_the_restored_data(client: Client) -> None:
    listings = houses(2)
    pages = ("/find/", "/find/", "/find.json")
    for page in pages:
        assert "House 1" in client.get(page).content.decode()
    restore({listings[0].pk: "Restored"}, stamp_now().version)
    Catalogue.renew_epoch()
    for page in pages:
        text = client.get(page).content.decode()
        assert "Restored" in text
        assert "House" not in text
