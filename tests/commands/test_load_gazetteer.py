"""Loading the gazetteer: idempotent, stable ids, all or nothing."""

import lzma
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from listings.geocoding.datafile import GAZETTEER, Entry, read_gazetteer, write_gazetteer
from listings.models import Place, PlaceName, PlaceSet

pytestmark = pytest.mark.django_db

HARTFORD = Entry(
    "town", "hartford-ct", "Hartford", "US", "CT", 41.76, -72.68, 121_054,
    timezone="America/New_York", names=("Харфорд",),
)  # fmt: skip
ZIP = Entry("zip", "06103", "06103", "US", "CT", 41.77, -72.67)
PREFIX = Entry("prefix", "zip-061", "061", "US", "CT", 41.76, -72.68)
STATE = Entry("state", "connecticut", "Connecticut", "US", "CT", 41.6, -72.7, None, 9, 39.8)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "places.tsv.xz"
    write_gazetteer([HARTFORD, ZIP, PREFIX, STATE], path)
    return path


def load(file: Path) -> str:
    out = StringIO()
    call_command("load_gazetteer", file=file, stdout=out)
    return out.getvalue()


def test_it_works(file: Path) -> None:
    assert "Loaded 4 places and 1 other names" in load(file)
    town = Place.objects.get(slug="hartford-ct")
    assert (town.kind, town.name_folded, town.population) == ("town", "hartford", 121_054)
    assert (town.region_name, town.source, town.by_address) == ("Connecticut", "geonames", False)
    assert town.names.get().name_folded == "харфорд"
    state = Place.objects.get(slug="connecticut")
    assert (state.by_address, state.radius_miles, state.population) == (True, 39.8, None)
    assert Place.objects.get(slug="zip-061").precision == "prefix"
    assert Place.objects.get(slug="06103").postcode == "06103"


def test_second_run_does_nothing(file: Path, django_assert_num_queries: object) -> None:
    load(file)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert "up to date" in load(file)


def test_a_changed_file_updates_and_keeps_ids(file: Path) -> None:
    load(file)
    before = dict(Place.objects.values_list("slug", "pk"))
    new = Entry("town", "avon-ct", "Avon", "US", "CT", 41.8, -72.8, 18_000)
    moved = HARTFORD._replace(population=None, names=("Харфорд", "HFD"))
    write_gazetteer([moved, ZIP, PREFIX, STATE, new], file)
    assert "Loaded 5 places" in load(file)
    after = dict(Place.objects.values_list("slug", "pk"))
    assert {slug: after[slug] for slug in before} == before
    assert Place.objects.get(slug="hartford-ct").population is None
    assert set(PlaceName.objects.values_list("name", flat=True)) == {"Харфорд", "HFD"}
    assert PlaceSet.objects.get().row_count == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xz at all",
        lzma.compress(b"gazetteer 2\n"),
        lzma.compress(b"gazetteer 1\nother\tcolumns\n"),
        GAZETTEER.read_bytes()[:100_000],
    ],
    ids=["empty", "other format", "other version", "other columns", "truncated"],
)
def test_a_bad_file_changes_nothing(file: Path, content: bytes) -> None:
    load(file)
    file.write_bytes(content)
    with pytest.raises(CommandError, match="restore it from the repository"):
        load(file)
    assert Place.objects.count() == 4


def test_a_bad_line_changes_nothing(file: Path) -> None:
    text = lzma.decompress(file.read_bytes()).decode()
    file.write_bytes(lzma.compress((text + "town\tx\ty\n").encode()))
    with pytest.raises(CommandError, match="cannot be read"):
        load(file)
    assert not Place.objects.exists()


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.xz cannot be read"):
        load(tmp_path / "nothing.xz")


def test_the_file_is_the_same_on_every_writing(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_gazetteer([HARTFORD, ZIP, STATE], one)
    write_gazetteer([STATE, HARTFORD, ZIP], other)
    assert one.read_bytes() == other.read_bytes()
    assert set(read_gazetteer(one)) == {HARTFORD, ZIP, STATE}


def test_the_committed_file_is_small_and_its_slugs_are_unique() -> None:
    assert GAZETTEER.stat().st_size < 6_000_000
    slugs = [entry.slug for entry in read_gazetteer(GAZETTEER)]
    assert len(slugs) == len(set(slugs)) == 273_139
    assert max(map(len, slugs)) <= 120
    assert all(slug.isascii() and slug.replace("-", "").isalnum() for slug in slugs)
