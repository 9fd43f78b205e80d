"""A small gazetteer for most tests, and the committed one for the table of typed texts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from listings.geocoding.datafile import Entry, write_gazetteer

SMALL = [
    Entry("state", "connecticut", "Connecticut", "US", "CT", 41.6, -72.7, None, 120_000, 39.8,
          names=("CT",)),
    Entry("state", "maine", "Maine", "US", "ME", 45.3, -69.2, None, 1_000, 102.5, names=("ME",)),
    Entry("country", "canada", "Canada", "CA", "", 46.0, -75.0, 38_000_000, 0, 1100.0,
          names=("CA", "CAN")),
    Entry("county", "hartford-county-ct", "Hartford County", "US", "CT", 41.8, -72.7, None,
          121_054, 15.5),
    Entry("zip", "06103", "06103", "US", "CT", 41.7676, -72.6738, timezone="America/New_York"),
    Entry("prefix", "zip-061", "061", "US", "CT", 41.76, -72.68, timezone="America/New_York"),
    Entry("town", "hartford-ct", "Hartford", "US", "CT", 41.7637, -72.6851, 121_054,
          timezone="America/New_York", names=("Харфорд", "HFD")),
    Entry("town", "hartford-me", "Hartford", "US", "ME", 44.3728, -70.3467, 1_001,
          timezone="America/New_York"),
    Entry("town", "munich-de", "Munich", "DE", "", 48.1374, 11.5755, 1_260_391,
          timezone="Europe/Berlin", names=("München", "Мюнхен")),
]  # fmt: skip


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    """Nine places in a file of the committed format."""
    path = tmp_path / "small.tsv.xz"
    write_gazetteer(SMALL, path)
    return path


@pytest.fixture
def small_gazetteer(db: None, small_file: Path) -> None:
    """The nine places in the database."""
    call_command("load_gazetteer", file=small_file, verbosity=0)


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of a test."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
