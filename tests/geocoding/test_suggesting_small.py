"""What is suggested from a handful of places: postcodes of other countries, order, changes."""

import pytest

from listings.geocoding import known, name_index
from listings.geocoding.finding import find_places
from listings.geocoding.suggesting import suggest
from listings.models import Place, PlaceName
from tests.factories import make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_read")]


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys repeat from test to test, so that what was read for another would be taken for ours."""
    monkeypatch.setattr(known, "_kept", {})
    monkeypatch.setattr(name_index, "_kept", [])


def make_postcode(slug: str, name: str, country: str) -> Place:
    return make_place(slug, kind="postcode", name=name, country=country, region_code="",
                      prominence=0)  # fmt: skip


@pytest.fixture
def postcodes() -> None:
    for slug, name, country in [
        ("10115", "10115", "US"),
        ("de-10115", "10115", "DE"),
        ("de-10117", "10117", "DE"),
        ("gb-sw1a", "SW1A", "GB"),
        ("ca-m5v3l9", "M5V 3L9", "CA"),
        ("nl-1012", "1012", "NL"),
    ]:
        make_postcode(slug, name, country)
    make_place("germany", kind="country", name="Germany", country="DE", region_code="")


def slugs(typed: str, home: str = "US", limit: int = 8) -> list[str]:
    return [each.slug for each in suggest(typed, home, limit)]


@pytest.mark.usefixtures("postcodes")
@pytest.mark.parametrize(
    ("typed", "home", "expected"),
    [
        ("101", "US", ["10115", "de-10115", "de-10117", "nl-1012"]),
        ("101", "DE", ["de-10115", "de-10117", "10115", "nl-1012"]),
        ("1011", "DE", ["de-10115", "de-10117", "10115"]),
        ("10115", "US", ["10115", "de-10115"]),
        ("10115", "DE", ["de-10115", "10115"]),
        ("10115 Germany", "US", ["de-10115", "10115"]),
        ("10115-12", "US", ["10115", "de-10115"]),
        ("sw1", "US", ["gb-sw1a"]),
        ("SW1A", "US", ["gb-sw1a"]),
        ("sw1a 1", "US", ["gb-sw1a"]),
        ("SW1A 1AA", "US", ["gb-sw1a"]),
        ("m5v 3", "US", ["ca-m5v3l9"]),
        ("m5v3l", "US", ["ca-m5v3l9"]),
        ("M5V 3L9", "US", ["ca-m5v3l9"]),
        ("1012 AB", "US", ["nl-1012"]),
        ("99", "US", []),
    ],
)
def test_postcodes_of_any_country(typed: str, home: str, expected: list[str]) -> None:
    assert slugs(typed, home) == expected


@pytest.mark.usefixtures("postcodes")
@pytest.mark.parametrize("typed", ["10115", "SW1A 1AA", "M5V 3L9", "1012 AB", "10115 Germany"])
def test_a_full_postcode_leads_to_what_the_search_finds_first(typed: str) -> None:
    assert slugs(typed)[0] == find_places(typed).matches[0].slug


@pytest.mark.parametrize("people_abroad", [0, 20_000, 9_000_000])
def test_home_first_then_abroad(people_abroad: int) -> None:
    for number in range(3):
        make_place(f"home-{number}", name="Londonderry", prominence=1_000 - number)
    make_place("abroad", name="Londonville", country="GB", region_code="",
               prominence=people_abroad)  # fmt: skip
    assert slugs("lond") == ["home-0", "home-1", "home-2", "abroad"]


@pytest.mark.parametrize(
    ("people_abroad", "listed"), [(50_000, False), (61_000, True), (9_000_000, True)]
)
def test_only_a_far_larger_city_abroad_takes_the_room_of_home(
    people_abroad: int, listed: bool
) -> None:
    for number in range(3):
        make_place(f"home-{number}", name="Londonderry", prominence=1_000 + number)
    make_place("abroad", name="Londonville", country="GB", region_code="",
               prominence=people_abroad)  # fmt: skip
    found = slugs("lond", limit=3)
    assert ("abroad" in found) == listed
    assert found[:2] == ["home-2", "home-1"]


def test_other_names_count_less_than_own_names() -> None:
    large = make_place("cincinnati-oh", name="Cincinnati", prominence=300_000)
    PlaceName.objects.create(place=large, name="Fort Washington", name_folded="ft washington")
    make_place("fort-worth-tx", name="Fort Worth", prominence=15_000)
    assert slugs("fort w") == ["fort-worth-tx", "cincinnati-oh"]
    assert slugs("fort washington") == ["cincinnati-oh"]


def test_a_county_counts_a_tenth_of_its_people() -> None:
    make_place("harris-county-tx", kind="county", name="Harris County", prominence=4_000_000)
    make_place("hartford-ct", prominence=500_000)
    assert slugs("har") == ["hartford-ct", "harris-county-tx"]


def test_a_place_that_went_is_left_out() -> None:
    gone = make_place("mystic-ct", name="Mystic")
    make_place("mystic-ia", name="Mystic")
    assert slugs("myst") == ["mystic-ct", "mystic-ia"]
    gone.delete()
    assert slugs("myst") == ["mystic-ia"]


def test_a_new_place_is_found_at_once() -> None:
    make_place()
    assert slugs("myst") == []
    make_place("mystic-ct", name="Mystic")
    assert slugs("myst") == ["mystic-ct"]


def test_an_empty_gazetteer_suggests_nothing() -> None:
    for typed in ("hart", "06103", "061", "hartford, ct", "moscow russia"):
        assert slugs(typed) == []
