"""A folder for index files, and what is done and said there."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django.fixtures import Settings

from listings.search import files, serving
from listings.search.index import Index, Stamp
from listings.search.loading import load_index
from tests.search.keeping import Later


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for index files, and bounds that a few listings reach."""
    settings.INDEX_DIR = tmp_path / "index"
    monkeypatch.setattr(serving, "AT_ONCE", 6)
    monkeypatch.setattr(serving, "MOST_CHANGED", 12)
    monkeypatch.setattr("listings.search.index.YOUNG", 3)
    threads = SimpleNamespace(Thread=Later, Lock=threading.Lock)
    monkeypatch.setattr(serving, "threading", threads)
    # What runs later runs in the test's own thread, and so on its connection.
    monkeypatch.setattr(serving, "connection", SimpleNamespace(close=lambda: None))
    Later.started = []
    yield settings.INDEX_DIR
    Later.started = []


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Stamp]:
    """The stamps of all indexes that were built from the database."""
    stamps: list[Stamp] = []

    def counting() -> Index:
        index = load_index()
        stamps.append(index.stamp)
        return index

    monkeypatch.setattr(files, "load_index", counting)
    return stamps


@pytest.fixture
def said() -> Iterator[list[str]]:
    """The messages of the search's log."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("listings.search").addHandler(handler)
    yield messages
    logging.getLogger("listings.search").removeHandler(handler)
