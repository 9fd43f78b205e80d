"""Loading postcode files of both shapes: counted, all or nothing, Census kept."""

import gzip
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from listings.geocoding.loading import upsert_places
from listings.geocoding.rows import place_row
from listings.models import Place, PlaceSet

pytestmark = pytest.mark.django_db

HEADER = "country,postcode,place,admin1,admin1_code,admin2,lat,lon\n"
CSV = HEADER + (
    "CA,M5V,Downtown,Ontario,ON,,43.64,-79.40\n"
    "GB,SW1A,Westminster,England,ENG,Greater London,51.50,-0.13\n"
    "GB,SW1A,St James,England,ENG,Greater London,51.51,-0.15\n"
    "GB,ZE1,Lerwick,Scotland,SCT,Shetland,60.15,-1.15\n"
    "US,06103,Hartford,Connecticut,CT,Hartford,41.0,-72.0\n"
    "US,06101,Hartford,Connecticut,CT,Hartford,41.78,-72.68\n"
)
TSV = (
    "SE\t624 66\tFårö\tGotland\t05\tGotland\t0980\t\t\t57.9167\t19.1333\t4\n"
    "FR\t75001\tParis 01\tÎle-de-France\t11\tParis\t75\t\t\t48.86\t2.34\t5\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "postcodes.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def load(path: Path, **options: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_postcodes", str(path), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_it_works(file: Path) -> None:
    out, err = load(file)
    assert "6 rows read, 5 postcodes loaded, 0 rows left out" in out
    assert err == ""
    mean = Place.objects.get(slug="gb-sw1a")
    assert (mean.latitude, mean.longitude) == (51.505, -0.14)
    assert (mean.kind, mean.country, mean.postcode) == ("postcode", "GB", "SW1A")
    assert (mean.region_code, mean.region_name) == ("ENG", "England")
    assert mean.source == "geonames-postal"
    assert Place.objects.get(slug="06101").country == "US"
    assert PlaceSet.objects.get().row_count == 5


def test_twice_changes_nothing(file: Path) -> None:
    load(file)
    before = list(Place.objects.order_by("pk").values())
    load(file)
    assert list(Place.objects.order_by("pk").values()) == before


def test_a_census_zip_code_stays(file: Path) -> None:
    upsert_places(
        [
            place_row(
                slug="06103", kind="postcode", name="06103", country="US", latitude=41.7676,
                longitude=-72.6738, source="census",
            )
        ]
    )  # fmt: skip
    load(file)
    kept = Place.objects.get(slug="06103")
    assert (kept.latitude, kept.source) == (41.7676, "census")


def test_countries(file: Path) -> None:
    load(file, countries=frozenset({"CA"}))
    assert [*Place.objects.values_list("slug", flat=True)] == ["ca-m5v"]
    call_command("load_postcodes", str(file), "--countries=gb", stdout=StringIO())
    assert Place.objects.filter(country="GB").count() == 2


def test_bad_country_codes_get_a_sentence(file: Path) -> None:
    with pytest.raises(CommandError, match="two-letter country codes"):
        call_command("load_postcodes", str(file), "--countries=Canada")


def test_numbers_of_regions_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "allCountries.txt"
    path.write_text(TSV, encoding="utf-8")
    load(path)
    place = Place.objects.get(slug="se-62466")
    assert (place.name, place.region_code, place.region_name) == ("624 66", "", "Gotland")


def test_compressed_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SE.zip", "w") as archive:
        archive.writestr("readme.txt", "Read me")
        archive.writestr("SE.txt", TSV)
    load(tmp_path / "SE.zip")
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(CSV.encode("utf-8-sig")))
    load(tmp_path / "x.csv.gz")
    assert Place.objects.count() == 7


def test_puerto_rico_is_a_region_of_the_united_states(tmp_path: Path) -> None:
    path = tmp_path / "pr.csv"
    path.write_text(HEADER + "PR,00601,Adjuntas,Adjuntas,001,,18.16,-66.72\n")
    load(path)
    place = Place.objects.get(slug="00601")
    assert (place.country, place.region_code, place.region_name) == ("US", "PR", "Puerto Rico")


def test_mean_across_the_antimeridian(tmp_path: Path) -> None:
    path = tmp_path / "ru.csv"
    path.write_text(HEADER + "RU,689,A,,,,66,179.9\nRU,689,B,,,,66,-179.7\n")
    load(path)
    assert Place.objects.get(slug="ru-689").longitude == -179.9


BAD_ROWS = [
    ("GB,,Nowhere,,,,51,0", "the postcode is not"),
    ("GB,AB1,Nowhere,,,,ninety,0", "is not a number"),
    ("GB,AB1,Nowhere,,,,91,0", "not on the Earth"),
    ("GB,AB1,Nowhere,,,,nan,0", "not on the Earth"),
    ("GB,AB1,Nowhere", "3 columns instead of 8"),
    ("GBR,AB1,Nowhere,,,,51,0", "not two letters"),
    ("GB,ABCDEFGHIJKLMNOPQ,Nowhere,,,,51,0", "the postcode is not"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_bad_row_is_counted_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + row + "\nIE,D02,Dublin,Leinster,L,,53.3,-6.2\n")
    out, err = load(path)
    assert "1 rows left out" in out
    assert err.startswith("Line 2: ")
    assert reason in err


def test_many_bad_rows_are_summed_up(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "GB,AB1,x,,,,x,x\n" * 25 + "GB,AB2,x,,,,51,0\n")
    _, err = load(path)
    assert "and 5 more rows" in err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has neither"),
        (b"a,b,c\n1,2,3\n", "has neither"),
        (gzip.compress(CSV.encode())[:-12], "cannot be read to its end"),
        (b"\x1f\x8bgarbage", "cannot be read to its end"),
        (b"PK\x03\x04garbage", "cannot be read to its end"),
        (HEADER.encode() + b"GB,AB1,\xff\xfe,,,,51,0\n", "cannot be read to its end"),
        (HEADER.encode(), "no usable row"),
        (
            HEADER.encode() + b"GB,A1,x,,,,51,0\nCA,A1,x,,,,51,0\nGB,A2,x,,,,51,0\n",
            "sort the file by country",
        ),
    ],
)
def test_a_bad_file_loads_nothing(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        load(path)
    assert not Place.objects.exists()


def test_truncated_after_whole_countries_loads_nothing(tmp_path: Path) -> None:
    rows = "".join(f"AA,{number:05d},x,,,,1,1\n" for number in range(30_000))
    packed = gzip.compress((HEADER + rows + rows.replace("AA", "BB")).encode())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(path)
    assert not Place.objects.exists()


def test_zip_with_two_tables(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("A.txt", TSV)
        archive.writestr("B.txt", TSV)
    with pytest.raises(CommandError, match="holds 2 tables"):
        load(tmp_path / "two.zip")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "absent.csv")


def test_real_countries(shared_data: Path) -> None:
    path = shared_data / "gazetteer" / "postcodes_geonames_2026-03-30.csv.gz"
    load(path, countries=frozenset({"GB", "CA", "IE"}))
    assert Place.objects.filter(slug__in=["gb-sw1a", "ca-m5v", "ie-d02"]).count() == 3
