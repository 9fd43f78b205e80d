"""What is suggested while a place is being typed, on the committed gazetteer."""

import logging

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listings.geocoding import suggesting
from listings.geocoding.finding import find_places
from listings.geocoding.suggesting import suggest, warm_up
from listings.models import Place
from listings.values import text
from tests.geocoding.test_finding import EXACT, FUZZY, NOTHING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_gazetteer")]

FIRST = [
    # beginnings of a name
    ("phoe", "phoenix-az"),
    ("hartf", "hartford-ct"),
    ("HARTF", "hartford-ct"),
    ("моск", "moscow-ru"),
    ("мюнх", "munich-de"),
    ("nueva y", "new-york-city-ny"),
    ("zür", "zurich-ch"),
    ("muenche", "munich-de"),
    ("conn", "connecticut"),
    ("pakist", "pakistan"),
    ("o'fal", "ofallon-mo"),
    ("winston-s", "winston-salem-nc"),
    # words that names are stored without
    ("for", "fort-worth-tx"),
    ("fort", "fort-worth-tx"),
    ("ft wo", "fort-worth-tx"),
    ("sain", "saint-paul-mn"),
    ("saint", "saint-paul-mn"),
    ("saint ", "saint-paul-mn"),
    ("port sai", "port-saint-lucie-fl"),
    ("moun", "mount-pleasant-sc"),
    # a town and the beginning of an area
    ("hartford c", "hartford-ct"),
    ("hartford, conn", "hartford-ct"),
    ("portland or", "portland-or"),
    ("portland m", "portland-me"),
    ("paris, fr", "paris-fr"),
    ("paris, franc", "paris-fr"),
    ("new york n", "new-york-city-ny"),
    ("rochester mi", "rochester-mi"),
    ("rochester min", "rochester-mn"),
    ("hartford ct us", "hartford-ct"),
    # postcodes
    ("061", "zip-061"),
    ("0610", "06103"),
    ("06103", "06103"),
    ("06103-1", "06103"),
    ("06103 1234", "06103"),
    ("06101", "zip-061"),
    ("hartford ct 061", "hartford-ct"),
    ("hartford ct 06103", "06103"),
    # typing errors
    ("hartfr", "hartford-ct"),
    ("pheon", "phoenix-az"),
    ("chcag", "chicago-il"),
    ("phillidelphia", "philadelphia-pa"),
    ("hartford, connet", "hartford-ct"),
    # parts of an address
    ("12 main st, hartf", "hartford-ct"),
]

HOME_FIRST_AND = [
    ("london", "london-oh", "london-gb"),
    ("paris", "paris-tx", "paris-fr"),
    ("manchester", "manchester-nh", "manchester-gb"),
    ("toronto", "toronto-oh", "toronto-ca"),
    ("lon", "long-beach-ca", "london-gb"),
    ("san", "san-diego-ca", "san-francisco-ca"),
    ("har", "harris-county-tx", "hartford-ct"),
]

SOONER_THAN_A_WORD = [("fort", "cleveland-oh"), ("fort", "pittsburgh-pa"), ("hart", "fremont-ca")]


def slugs(typed: str, **options: int) -> list[str]:
    return [each.slug for each in suggest(typed, "US", **options)]


@pytest.mark.parametrize(("typed", "slug"), FIRST)
def test_first(typed: str, slug: str) -> None:
    assert slugs(typed)[:1] == [slug]


@pytest.mark.parametrize(("typed", "home", "also"), HOME_FIRST_AND)
def test_home_comes_first_and_large_cities_are_in_the_list(
    typed: str, home: str, also: str
) -> None:
    found = slugs(typed)
    assert found[0] == home
    assert also in found


@pytest.mark.parametrize(("typed", "slug"), [*EXACT, *FUZZY])
def test_a_full_text_leads_to_what_the_search_finds_first(typed: str, slug: str) -> None:
    assert slugs(typed)[:1] == [find_places(typed).matches[0].slug] == [slug]


@pytest.mark.parametrize("typed", [*NOTHING, "h", "7", " , h", "x" * 10_000_000, "🙂 🙂 🙂"])
def test_nothing_is_suggested(typed: str) -> None:
    assert slugs(typed) == []


@pytest.mark.parametrize(("typed", "slug"), SOONER_THAN_A_WORD)
def test_old_names_of_large_cities_do_not_crowd_out_towns(typed: str, slug: str) -> None:
    assert slug not in slugs(typed)


@pytest.mark.parametrize("typed", ["06", "061", "0610"])
def test_postcodes_of_home_in_their_order(typed: str) -> None:
    found = [each.place for each in suggest(typed, "US")]
    codes = [place.postcode for place in found if place.precision == Place.Precision.CENTROID]
    assert {place.country for place in found} == {"US"}
    assert {place.kind for place in found} == {Place.Kind.POSTCODE}
    assert all(code.startswith(typed) for code in codes)
    assert codes == sorted(codes)
    assert len(codes) > 5


@pytest.mark.parametrize(
    "typed",
    ["mos", "моск", "new y", "ny", "san", "sa", "st", "06", "hartfr", "hartford c", "new york n",
     "st louis m", "san jose c", "santa maria"],
)  # fmt: skip
def test_each_place_once(typed: str) -> None:
    found = slugs(typed)
    assert len(found) == len(set(found)) <= 8


@pytest.mark.parametrize("limit", [0, 1, 3, 20])
def test_limit(limit: int) -> None:
    assert len(slugs("san", limit=limit)) == limit
    assert slugs("san", limit=limit)[:1] == slugs("san")[: min(limit, 1)]


@pytest.mark.parametrize("typed", ["lon", "lo", "мо", "san", "sa"])
def test_places_abroad_stand_behind_home(typed: str) -> None:
    countries = [each.place.country for each in suggest(typed, "US")]
    assert countries == sorted(countries, key=lambda country: country != "US")


def test_what_a_suggestion_says() -> None:
    moscow = suggest("моск", "US")[0]
    assert moscow.matched == "москва"
    assert (moscow.slug, moscow.label, moscow.kind) == ("moscow-ru", "Moscow, RU", "town")
    assert moscow.country_name == "Russia"
    assert suggest("0610", "US")[0].matched == "06103"


def test_another_home_country() -> None:
    assert [each.slug for each in suggest("hartf", "GB")][:1] == ["hartford-gb"]
    assert [each.slug for each in suggest("lond", "GB")][:1] == ["london-gb"]


def test_large_towns_need_three_letters_at_most() -> None:
    """Of the 200 largest towns, all but a few stand in the list after three letters."""
    towns = Place.objects.towns().filter(country="US").order_by("-prominence")[:200]
    missing = [town.slug for town in towns if town.slug not in slugs(town.name[:3])]
    assert len(missing) <= 20, missing


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(max_size=300) | st.text(alphabet="CTNYa0139-., '\"%_*()\x00\ud800🙂ß東", max_size=60)
)
@example("ca " * 3000)
@example("ct, " * 3000)
@example("ST MT FT " * 50)
@example("06103 " * 200)
@example("\u0130\u0130\u0130")
@example("saint")
@example("12 3")
@example("²³¹")
def test_never_raises(typed: str) -> None:
    found = slugs(typed)
    assert len(found) == len(set(found)) <= 8


@pytest.mark.parametrize(
    ("typed", "queries"),
    [("har", 2), ("06103", 2), ("hartford c", 2), ("pheon", 3), ("ca ca ca ca", 3), ("h", 0)],
)
def test_few_queries(typed: str, queries: int, django_assert_max_num_queries: object) -> None:
    warm_up()
    with django_assert_max_num_queries(queries):  # type: ignore[operator]
        suggest(typed, "US")


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="listings")
    suggest("canaryville", "US")
    assert not [record for record in caplog.records if record.name.startswith("listings")]


def test_every_word_that_names_are_stored_without_is_known() -> None:
    assert suggesting._SHORT_FORMS == text._PLACE_WORDS
