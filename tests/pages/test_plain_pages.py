"""``/about/``, ``/privacy/``, ``/sources/`` and ``/how-we-order/``"""

import pytest
from django.test import Client

from listings.models.listing import CURRENT_DAYS
from listings.web.form_token import MAX_AGE_SECONDS
from tests.factories import make_source
from tests.pages.reading import grade, main_of, sentences, visible_text

pytestmark = pytest.mark.django_db

MOST_WORDS = 20
PAGES = ["/", "/about/", "/privacy/", "/how-we-order/", "/sources/"]


def text_of(visitor: Client, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200
    return visible_text(main_of(response.content.decode()))


@pytest.mark.parametrize("address", PAGES)
def test_it_works(visitor: Client, address: str) -> None:
    assert text_of(visitor, address)


@pytest.mark.parametrize("address", PAGES)
def test_it_can_be_read_with_six_years_of_school(visitor: Client, address: str) -> None:
    text = text_of(visitor, address)
    assert grade(text) <= 6
    long = [one for one in sentences(text) if len(one.split()) > MOST_WORDS]
    assert len(long) <= len(sentences(text)) * 0.05, long


def test_privacy_says_what_the_settings_say(visitor: Client) -> None:
    text = text_of(visitor, "/privacy/")
    assert f"works for {MAX_AGE_SECONDS // 3600} hours" in text
    assert "/24" in text
    assert "/48" in text
    assert len(text.split()) <= 400


def test_the_order_says_what_the_code_says(visitor: Client) -> None:
    assert f"for {CURRENT_DAYS} days" in text_of(visitor, "/how-we-order/")


def test_sources_name_licence_and_credit(visitor: Client, settings: object) -> None:
    make_source(attribution="By the Bureau of Tests", url="https://bureau.example/list")
    make_source("demo", name="Demonstration", is_demo=True)
    text = text_of(visitor, "/sources/")
    for words in ("Register of Tests", "CC0", "By the Bureau of Tests", "bureau.example",
                  "GeoNames", "CC BY 4.0", "US Census Bureau"):  # fmt: skip
        assert words in text
    assert "Demonstration" not in text
    settings.DIRECTORY_DEMO = True  # type: ignore[attr-defined]
    assert "Demonstration" in text_of(visitor, "/sources/")
