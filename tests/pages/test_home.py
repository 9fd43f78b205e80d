"""``/``"""

import pytest
from django.test import Client

from listings.models import HelpLine
from listings.web.help_lines import built_in
from tests.factories import make_help_line

pytestmark = pytest.mark.django_db


def test_it_works(visitor: Client) -> None:
    response = visitor.get("/")
    page = response.content.decode()
    assert response.status_code == 200
    for words in ("Detox", "Inpatient", "Outpatient", "Family support", "Any kind"):
        assert words in page
    assert "Help to stop safely and get through withdrawal." in page
    assert '<form class="search" action="/search/" method="post">' in page
    assert '<html lang="en" dir="ltr">' in page
    assert page.count("<h1") == 1


def test_states_can_be_reached_without_typing(visitor: Client, places: None) -> None:
    assert '<a href="/find/connecticut/">Connecticut</a>' in visitor.get("/").content.decode()


def test_emergency_stands_first_whatever_the_order_says(visitor: Client) -> None:
    make_help_line(code="a", order=1)
    make_help_line(code="b", order=9, purpose="emergency", number="911", name="Emergency")
    page = visitor.get("/").content.decode()
    assert page.index("tel:911") < page.index("tel:988")


def test_a_line_says_its_source_and_that_nobody_checked_it(visitor: Client) -> None:
    make_help_line()
    page = visitor.get("/").content.decode()
    assert "Not checked by us yet." in page
    assert "Jan. 2, 2026" in page
    assert ">line.example</a>" in page


def test_built_in_lines_are_shown_when_the_table_is_empty(visitor: Client) -> None:
    assert not HelpLine.objects.exists()
    page = visitor.get("/").content.decode()
    for number in ("tel:911", "tel:988", "tel:+18006624357"):
        assert number in page


def test_built_in_lines_all_have_a_source() -> None:
    assert all(line.source_url and line.source_date for line in built_in())


def test_the_demonstration_says_what_it_is(visitor: Client, settings: object) -> None:
    assert "trial site" not in visitor.get("/").content.decode()
    settings.DIRECTORY_DEMO = True  # type: ignore[attr-defined]
    assert "trial site" in visitor.get("/").content.decode()
