"""The word field of the results page: names, towns, providers, synonyms, spelling, wild input."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from listings.models import Listing, Provider
from tests.factories import HARTFORD, make_listing
from tests.pages.reading import visible_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

NEAR = "/find/hartford-ct/"


def put(number: int, name: str, **fields: Any) -> Listing:
    """A listing a little farther to the north than the one before."""
    return make_listing(name, point=(HARTFORD[0] + number / 100, HARTFORD[1]), **fields)


@pytest.fixture
def catalogue(visitor: Client) -> None:
    provider = Provider.objects.create(name="Mill River Health", name_key="mill river health")
    put(0, "Harbour House", facts={"inpatient": True}, provider=provider)
    put(1, "Clínica Esperanza", facts={"outpatient": True, "lang-es": True}, city="Meriden")
    put(2, "Центр «Надежда»", facts={"outpatient": True, "lang-ru": True})
    put(3, "St. Joseph's Hospital", second_name="Recovery Unit", facts={"detox": True})
    put(4, "Green Clinic", facts={"outpatient": True, "buprenorphine": True}, city="New Britain")
    put(5, "Meriden Detox", facts={"detox": True, "methadone": False}, city="Avon")
    put(6, "Methadone Doctors", facts={"outpatient": True, "methadone": True}, city="Avon")


def page_of(visitor: Client, text: str, address: str = NEAR) -> str:
    response = visitor.get(f"{address}?q={quote(text)}")
    assert response.status_code == 200
    return str(response.content.decode())


def names_in(page: str) -> list[str]:
    found = re.findall(r'<h3><a href="/listing/[^"]+">([^<]+)</a>', page)
    return [name.replace("&#x27;", "'") for name in found]


FOUND = {
    # names, in any case, accent and spelling
    "harbour": ["Harbour House"],
    "HARBOR house": ["Harbour House"],
    "house harbour": ["Harbour House"],
    "harbou": ["Harbour House"],
    "clinica esperanza": ["Clínica Esperanza"],
    "ESPERÁNZA": ["Clínica Esperanza"],
    "надежда": ["Центр «Надежда»"],
    "НАДЕЖДА": ["Центр «Надежда»"],
    "joseph": ["St. Joseph's Hospital"],
    "saint josephs": ["St. Joseph's Hospital"],
    "st. joseph’s": ["St. Joseph's Hospital"],
    "recovery unit": ["St. Joseph's Hospital"],
    # towns and providers; names stand first
    "meriden": ["Meriden Detox", "Clínica Esperanza"],
    "new britain": ["Green Clinic"],
    "mill river": ["Harbour House"],
    "clinic new britain": ["Green Clinic"],
    # what is meant by a word, in three languages
    "suboxone": ["Green Clinic"],
    "suboxone clinic avon": [],
    "detox": ["Meriden Detox", "St. Joseph's Hospital"],
    "desintoxicación": ["St. Joseph's Hospital", "Meriden Detox"],
    "детокс": ["St. Joseph's Hospital", "Meriden Detox"],
    "метадон": ["Methadone Doctors"],
    "metadona": ["Methadone Doctors"],
    "detox in meriden": ["Meriden Detox"],
    "in spanish": ["Clínica Esperanza"],
    "на русском": ["Центр «Надежда»"],
    # a known no is no
    "methadone detox": [],
    # nothing to look for
    "": ["Harbour House", "Clínica Esperanza", "Центр «Надежда»", "St. Joseph's Hospital",
         "Green Clinic", "Meriden Detox", "Methadone Doctors"],
}  # fmt: skip


@pytest.mark.usefixtures("catalogue")
def test_it_finds(visitor: Client) -> None:
    assert {text: names_in(page_of(visitor, text)) for text in FOUND} == FOUND


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("typed", "word", "meant", "names"),
    [
        ("harbuor", "harbuor", "harbour", ["Harbour House"]),
        ("Esperanzza", "esperanzza", "esperanza", ["Clínica Esperanza"]),
        ("надежла", "надежла", "надежда", ["Центр «Надежда»"]),
        ("hospitla meriden", "hospitla", "hospital", []),
        ("suboxne", "suboxne", "suboxone", ["Green Clinic"]),
        ("методон", "методон", "метадон", ["Methadone Doctors"]),
        ("desintoxicasion", "desintoxicasion", "desintoxicacion",
         ["St. Joseph's Hospital", "Meriden Detox"]),
    ],
)  # fmt: skip
def test_corrected_spelling_says_so(
    visitor: Client, typed: str, word: str, meant: str, names: list[str]
) -> None:
    page = page_of(visitor, typed)
    assert f"We do not know “{word}”. We looked for “{meant}”." in visible_text(page)
    assert names_in(page) == names
    assert f'value="{typed}"' in page, "what was typed stays in the field"


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("typed", ["xyzzyqwv", "zz", "ӿӿӿӿӿ", "日本語", "🙂x", "404"])
def test_an_unknown_word_says_so(visitor: Client, typed: str) -> None:
    source = page_of(visitor, typed)
    page = visible_text(source)
    assert names_in(source) == []
    assert "0 listings found." in page
    assert f"No listing has “{typed.strip('🙂')}”." in page
    assert f"Search without “{typed}” (7 listings)" in page
    assert f'href="{NEAR}"' in source


@pytest.mark.usefixtures("catalogue")
def test_a_word_that_nobody_has_does_not_hide_the_others(visitor: Client) -> None:
    source = page_of(visitor, "xyzzyqwv harbour")
    assert names_in(source) == ["Harbour House"]
    assert "“xyzzyqwv”" in visible_text(source)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("address", "names"),
    [
        (NEAR, ["Meriden Detox", "Clínica Esperanza"]),
        (f"{NEAR}?within=2", ["Clínica Esperanza"]),
        ("/find/", ["Meriden Detox", "Clínica Esperanza"]),
        ("/find/connecticut/", ["Meriden Detox", "Clínica Esperanza"]),
        ("/find/hartford-me/", []),
        ("/find/germany/", []),
        (f"{NEAR}?type=detox", ["Meriden Detox"]),
        (f"{NEAR}?language=lang-es&known=language", ["Clínica Esperanza"]),
        (f"{NEAR}?sort=distance", ["Meriden Detox", "Clínica Esperanza"]),
        (f"{NEAR}?sort=name", ["Clínica Esperanza", "Meriden Detox"]),
        (f"{NEAR}?type=inpatient", []),
    ],
)
def test_words_and_other_choices_go_together(
    visitor: Client, address: str, names: list[str]
) -> None:
    path, _, query = address.partition("?")
    page = visitor.get(f"{path}?q=meriden&{query}").content.decode()
    assert sorted(names_in(page)) == sorted(names)
    if "sort=distance" not in address:
        assert names_in(page) == names


NO_LANGUAGE = [
    '"harbour"', "harbour*", "*harbour", "-harbour", "+harbour", "(harbour)", "harbour:*",
    "^harbour", "harbour & house", "harbour\x00", "har\u00adbour", "\u202eharbour\u202c",
    "harbour; --", "harbour\\", "harbour%", "har\u200bbour", "  harbour\t\n ", "{harbour}",
    "<harbour>", "$harbour", "harbour'", "'harbour' = 'house'", "harbour|house",
]  # fmt: skip


@pytest.mark.usefixtures("catalogue")
def test_there_is_no_query_language(visitor: Client) -> None:
    found = {typed: names_in(page_of(visitor, typed)) for typed in NO_LANGUAGE}
    assert {typed: names for typed, names in found.items() if names != ["Harbour House"]} == {}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<b>zzzz</b>", "&lt;b&gt;zzzz&lt;/b&gt;"),
        ('"><script>zzzz</script>', "&quot;&gt;&lt;script&gt;zzzz&lt;/script&gt;"),
        ("' onfocus=zzzz '", "&#x27; onfocus=zzzz &#x27;"),
        ("zzzz&amp;", "zzzz&amp;amp;"),
        ("{{ zzzz }}", "{{ zzzz }}"),
        ("zz\u202ezz", "zzzz"),
        ("zz\x00zz", "zzzz"),
        ("z" * 300, "z" * 200),
    ],
)
def test_what_was_typed_is_shown_as_text(visitor: Client, typed: str, shown: str) -> None:
    page = page_of(visitor, typed)
    assert f'value="{shown}"' in page
    assert f"“{shown}”" in page
    assert "<b>zzzz" not in page
    assert "<script" not in page


@pytest.mark.usefixtures("catalogue")
def test_words_are_in_no_title_and_the_text_can_be_taken_off(visitor: Client) -> None:
    page = visitor.get(f"{NEAR}?q=harbour&type=inpatient").content.decode()
    title = page[page.index("<title>") : page.index("</title>")]
    assert "harbour" not in title.lower()
    assert f'<a href="{NEAR}?type=inpatient"' in page
    assert f'<a href="{NEAR}?q=harbour"' in page


@pytest.mark.usefixtures("catalogue")
def test_a_card_says_what_the_words_meant(visitor: Client) -> None:
    page = visible_text(page_of(visitor, "suboxone"))
    assert "Why it is here: Buprenorphine" in page
