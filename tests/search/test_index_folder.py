"""The folder of the index files: whatever becomes of it, the answers are right."""

import fcntl
import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from listings.search import mapped
from listings.search.criteria import Area, SearchCriteria
from listings.search.index import Stamp
from listings.search.serving import Keeper
from tests.search.held import held
from tests.search.keeping import Later, houses, index_files, rename, right, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def not_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_text("a file stands here")


def nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.symlink_to("/dev/null/nowhere")


def no_locks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


def gone_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, *_: object) -> None:
        path.unlink(missing_ok=True)

    monkeypatch.setattr(mapped, "write", write)


def spoilt_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = mapped.write

    def write(path: Path, columns: Any, about: dict[str, Any]) -> None:
        written(path, columns, about)
        content = bytearray(path.read_bytes())
        content[-1000] ^= 1
        path.write_bytes(content)

    monkeypatch.setattr(mapped, "write", write)


@pytest.mark.parametrize(
    "trouble", [not_a_folder, nowhere, no_locks, full, gone_at_once, spoilt_at_once]
)
def test_without_a_folder_it_answers_from_its_own_memory(
    trouble: Callable[[Path, pytest.MonkeyPatch], None],
    folder: Path,
    builds: list[Stamp],
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listings = houses(10)
    trouble(folder, monkeypatch)
    keeper = Keeper()
    assert right(keeper.current())
    withdraw(listings[0])
    assert right(keeper.current())
    assert len(builds) == 1, "what was read is not read again for want of a file"
    assert len(said) == 1
    assert "cannot be" in said[0]
    rename(listings, "Imported")
    keeper.current()
    Later.run_all()
    assert right(keeper.current())
    assert len(builds) == 2


def test_without_a_setting_nothing_is_written(settings: Settings, said: list[str]) -> None:
    settings.INDEX_DIR = None
    listings = houses(10)
    keeper = Keeper()
    assert right(keeper.current())
    rename(listings, "Imported")
    keeper.current()
    Later.run_all()
    assert right(keeper.current())
    assert not said


def test_what_a_killed_process_left_is_cleaned_up(folder: Path, builds: list[Stamp]) -> None:
    houses(3)
    Keeper().current()
    (name,) = index_files(folder)
    (folder / f"{name}.new-4711").write_bytes(b"half a file")
    older = name.replace(name[-20:-6], "0" * 14)
    (folder / older).write_bytes((folder / name).read_bytes())
    assert right(Keeper().current())
    assert index_files(folder) == [name]
    assert len(builds) == 1


def test_what_is_not_ours_stays(folder: Path, said: list[str]) -> None:
    """A file system mounted there has a folder of its own in it."""
    (folder / "lost+found").mkdir(parents=True)
    (folder / "README").touch()
    listings = houses(10)
    for _again in range(2):
        assert right(Keeper().current())
        rename(listings, "Imported")
    assert not said
    assert {"lost+found", "README"} < set(index_files(folder))
    assert len(index_files(folder)) == 3


@pytest.mark.parametrize("spoil", [b"", b"rubbish", None])
def test_a_damaged_file_is_left_aside(
    spoil: bytes | None, folder: Path, builds: list[Stamp], said: list[str]
) -> None:
    houses(3)
    Keeper().current()
    path = folder / index_files(folder)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-64] if spoil is None else spoil)
    assert right(Keeper().current())
    assert path.read_bytes() == whole
    assert len(builds) == 2
    assert len(said) == 1
    assert "left aside" in said[0]


def test_a_deleted_folder_loses_nothing(folder: Path) -> None:
    listings = houses(3)
    keeper = Keeper()
    before = keeper.current()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    withdraw(listings[0])
    assert right(keeper.current())
    assert len(held(before)) == 3, "what is mapped stays mapped"
    assert right(Keeper().current())


def mapped_files() -> set[str]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line.split("/")[-1] for line in lines if ".index" in line}


def test_old_files_are_let_go(folder: Path) -> None:
    """Else each import would keep another index in memory and on the disk."""
    listings = houses(10)
    keeper = Keeper()
    terms = {"online": ("attendance", 5)}
    asked = SearchCriteria(chosen={"attendance": ("online",)}, here=Area("US"), scope=Area("US"))
    for turn in range(3):
        keeper.current().answer(asked, terms, timezone.now())
        rename(listings, f"Turn {turn}")
        keeper.current()
        Later.run_all()
    assert right(keeper.current())
    gc.collect()
    (name,) = index_files(folder)
    assert mapped_files() == {name}
