"""Words about people: person-first on every page (the list follows NIDA's “Words Matter”)."""

import re

import pytest
from django.test import Client

from tests.factories import load_terms, make_group, make_listing
from tests.pages.conftest import Send
from tests.pages.reading import visible_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

UNKIND = re.compile(
    r"\b(addicts?|ex-addicts?|junkies?|abusers?|drug abuse|substance abuse|alcoholics?|habits?"
    r"|clean|dirty|users?|relapsed again|(?:substitution|replacement) therapy)\b",
    re.IGNORECASE,
)
# Names of bodies, as they write themselves.
NAMES = re.compile(
    r"Substance Abuse and Mental Health Services Administration"
    r"|Alcoholics Anonymous|Adult Children of Alcoholics",
    re.IGNORECASE,
)


def unkind_words(page: str) -> list[str]:
    return UNKIND.findall(NAMES.sub("", visible_text(page)))


@pytest.mark.parametrize(
    "address",
    ["/", "/find/", "/find/hartford-ct/?type=detox&payment=medicaid", "/find/06103/?payment=free",
     "/about/", "/privacy/", "/sources/", "/how-we-order/", "/find/nowhere/"],
)  # fmt: skip
def test_pages_are_kind(visitor: Client, address: str) -> None:
    everything = dict.fromkeys(load_terms(), True)
    make_listing(facts=everything)
    make_group()
    assert unkind_words(visitor.get(address).content.decode()) == []


def test_a_listing_with_every_term_is_kind(visitor: Client) -> None:
    listing = make_listing(facts=dict.fromkeys(load_terms(), True))
    assert unkind_words(visitor.get(listing.get_absolute_url()).content.decode()) == []


@pytest.mark.parametrize("place", ["Hartford", "Zzyzzx"])
def test_questions_are_kind(send: Send, place: str) -> None:
    assert unkind_words(send(place).content.decode()) == []
