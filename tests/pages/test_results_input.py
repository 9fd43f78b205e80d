"""What visitors, robots and attackers put into the addresses of result pages."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

NEAR = "/find/hartford-ct/"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?type=zzz", "We do not know “zzz” under “Type of help”"),
        ("?known=zzz", "We do not know “zzz”"),
        ("?within=-3", "The distance must be a number of miles above 0."),
        ("?within=many", "The distance must be a number of miles above 0."),
        ("?within=1e9", "We search 500 miles at most."),
        ("?sort=money", "We do not know that order"),
        ("?type=%00", "left out"),
        ("?type=%3Cscript%3E", "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_used_is_said(visitor: Client, query: str, sentence: str) -> None:
    page = visitor.get(NEAR + query).content.decode()
    assert sentence in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "query",
    [
        "?type=" + "x" * 10_000,
        "?" + "&".join(f"type={n}" for n in range(900)),
        "?within=%00&sort=%00&page=%00&known=%00&programme=%00",
        "?within=nan",
        "?within=1e400",
        "?page=%F0%9F%99%82",
        "?%FF%FE=%FF",
        "?" + "&".join(f"a{n}=1" for n in range(999)),
    ],
)
def test_no_query_breaks_it(visitor: Client, query: str) -> None:
    assert visitor.get(NEAR + query).status_code == 200
