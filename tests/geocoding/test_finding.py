"""Typed texts and the places they mean, on the committed gazetteer."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listings.geocoding.gazetteer import find_places, nearest_place, state_of
from listings.models import Place
from listings.values.geo import Point, haversine_miles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_gazetteer")]

EXACT = [
    ("06103", "06103"),
    ("06103-1234", "06103"),
    (" 06103 ", "06103"),
    ("061031234", "06103"),
    ("06101", "zip-061"),  # a PO-box ZIP code has no area of its own
    ("96799", "96799"),
    ("Hartford", "hartford-ct"),
    ("Hartford, CT", "hartford-ct"),
    ("hartford connecticut", "hartford-ct"),
    ("HARTFORD,CT", "hartford-ct"),
    ("Hartford CT USA", "hartford-ct"),
    ("Hartford CT 06103", "06103"),
    ("Hartford, ME", "hartford-me"),
    ("St Louis", "st-louis-mo"),
    ("Saint Louis", "st-louis-mo"),
    ("St. Louis, Missouri", "st-louis-mo"),
    ("Ft Worth", "fort-worth-tx"),
    ("Fort Worth TX", "fort-worth-tx"),
    ("Mt Vernon", "mount-vernon-ny"),
    ("NYC", "new-york-city-ny"),
    ("N.Y.C.", "new-york-city-ny"),
    ("Nueva York", "new-york-city-ny"),
    ("Нью-Йорк", "new-york-city-ny"),
    ("New York", "new-york-city-ny"),
    ("New York, NY", "new-york-city-ny"),
    ("Москва", "moscow-ru"),
    ("Muenchen", "munich-de"),
    ("München", "munich-de"),
    ("Munich, Germany", "munich-de"),
    ("Hartford County", "hartford-county-ct"),
    ("Hartford County, CT", "hartford-county-ct"),
    ("Cook County", "cook-county-il"),
    ("Orleans Parish", "orleans-parish-la"),
    ("Connecticut", "connecticut"),
    ("CT", "connecticut"),
    ("LA", "los-angeles-ca"),
    ("Washington", "washington-dc"),
    ("Washington, D.C.", "washington-dc"),
    ("Washington State", "washington"),
    ("Puerto Rico", "puerto-rico"),
    ("San Juan PR", "san-juan-pr"),
    ("Canada", "canada"),
    ("UK", "united-kingdom"),
    ("USA", "united-states"),
    ("Paris", "paris-tx"),
    ("Paris, France", "paris-fr"),
    ("Portland, OR", "portland-or"),
    ("Kansas City Kansas", "kansas-city-ks"),
    ("Charleston West Virginia", "charleston-wv"),
    ("Toronto, Ontario", "toronto-ca"),
    ("Quebec", "quebec-ca"),
    ("Coeur d'Alene", "coeur-dalene-id"),
    ("Winston-Salem", "winston-salem-nc"),
    ("O'Fallon MO", "ofallon-mo"),
]

FUZZY = [
    ("Hartfrod", "hartford-ct"),
    ("Chcago", "chicago-il"),
    ("Sprinfield MA", "springfield-ma"),
    ("Sprinfield, MA", "springfield-ma"),
    ("Pheonix AZ", "phoenix-az"),
    ("Los Angelos", "los-angeles-ca"),
    ("Hartford, Conneticut", "hartford-ct"),
    ("12 Main St, Hartford, CT", "hartford-ct"),
    ("Hartford, Hartford County, CT", "hartford-ct"),
    ("Hartford, Nowhereland", "hartford-ct"),
    ("Hartford CT 00000", "hartford-ct"),
]

NOTHING = [
    "",
    "   ",
    "\x00",
    "00000",
    "xyzzyqwert",
    "'; DROP TABLE listings_place; --",
    '"* OR NEAR(a, b)',
    "%_%",
    "🙂🙂🙂",
    "x" * 10_000,
    "\ud800",
    "−1",
    "٠٦١٠٣",
]


@pytest.mark.parametrize(("typed", "slug"), EXACT)
def test_understood(typed: str, slug: str) -> None:
    found = find_places(typed)
    assert found.matches, typed
    assert (found.matches[0].slug, found.kind) == (slug, "exact")


@pytest.mark.parametrize(("typed", "slug"), FUZZY)
def test_guessed(typed: str, slug: str) -> None:
    found = find_places(typed)
    assert found.matches, typed
    assert (found.matches[0].slug, found.kind) == (slug, "fuzzy")


@pytest.mark.parametrize("typed", NOTHING)
def test_nothing_found(typed: str) -> None:
    found = find_places(typed)
    assert (found.matches, found.kind) == ((), "none")
    assert len(found.typed) <= 200


def test_what_was_typed_is_kept() -> None:
    assert find_places("  Qwrtzu\x00 ville\n").typed == "Qwrtzu ville"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("Paris", "paris-fr"), ("London", "london-gb"), ("Manchester", "manchester-gb")],
)
def test_world_cities_are_in_the_list(typed: str, slug: str) -> None:
    assert slug in [place.slug for place in find_places(typed).matches]


def test_several_matches_most_populous_first_home_first() -> None:
    places = find_places("Springfield").matches
    at_home = [place for place in places if place.country == "US"]
    assert len(at_home) > 5
    assert list(places[: len(at_home)]) == at_home
    assert at_home == sorted(at_home, key=lambda place: -place.prominence)


def test_home_country_is_preferred() -> None:
    assert find_places("London", home_country="GB").matches[0].slug == "london-gb"
    assert find_places("Hartford", home_country="GB").matches[0].slug == "hartford-gb"


def test_limit() -> None:
    assert len(find_places("Washington", limit=5).matches) == 5


@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=300) | st.text(alphabet="CTNYa0139-., '\"%_*()\x00\ud800🙂", max_size=60))
@example("ca " * 3000)
@example("ct, " * 3000)
@example("ST MT FT " * 50)
@example("06103 " * 200)
def test_never_raises(typed: str) -> None:
    found = find_places(typed)
    assert found.kind in {"exact", "fuzzy", "none"}
    found.typed.encode()


def test_no_text_asks_the_database_often(django_assert_max_num_queries: object) -> None:
    find_places("Boston")  # names are now in memory
    for typed in ("ca ca ca ca ca ca", "12 Main St, Hartford, CT, USA, ca, ca", "ct,ct,ct,ct,ct,x"):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            find_places(typed)


def test_counts_of_the_file() -> None:
    counts = {kind: Place.objects.filter(kind=kind).count() for kind in Place.Kind.values}
    assert counts["town"] == 234_908
    assert counts["postcode"] == 33_791 + 896
    assert counts["county"] == 3_230
    assert counts["region"] == 56 + 13 + 4
    assert counts["country"] > 230


@pytest.mark.parametrize(
    ("point", "slug"),
    [
        (Point(41.76, -72.67), "hartford-ct"),
        (Point(55.75, 37.62), "moscow-ru"),
        (Point(-16.79, 179.99), None),
    ],
)
def test_nearest_place(point: Point, slug: str | None) -> None:
    place = nearest_place(point)
    assert place is not None
    assert slug in (None, place.slug)
    towns = Place.objects.towns().values_list("latitude", "longitude")
    nearest = min(haversine_miles(point, Point(lat, lon)) for lat, lon in towns)
    assert haversine_miles(point, place.point) == pytest.approx(nearest)


def test_nothing_is_near_the_pole() -> None:
    assert nearest_place(Point(90, 0)) is None


def test_borders_agree_with_the_states_of_towns() -> None:
    towns = Place.objects.towns().filter(country="US", prominence__gte=2_000)
    wrong = [town.slug for town in towns if state_of(town.point) != town.region_code]
    assert len(wrong) < towns.count() * 0.01, wrong[:20]
