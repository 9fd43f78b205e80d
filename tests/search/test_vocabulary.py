"""The terms as searches need them: read anew when a term has changed, and only then."""

import pytest
from pytest_django import DjangoAssertNumQueries

from listings.curation.actions import save_public
from listings.models import Catalogue, Term
from listings.search.loading import stamp_now
from listings.search.vocabulary import vocabulary
from tests.factories import load_terms, make_listing

pytestmark = pytest.mark.django_db


def test_a_changed_listing_leaves_the_vocabulary_alone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    load_terms()
    before = vocabulary()
    make_listing()
    now = stamp_now()
    with django_assert_num_queries(1):
        assert vocabulary(now) is before
    with django_assert_num_queries(0):
        assert vocabulary(now) is before


def test_a_changed_label_is_seen_at_once() -> None:
    load_terms()
    assert vocabulary().by_code["detox"].shown_label == "Detox"
    term = Term.objects.get(code="detox")
    term.label_override = "Withdrawal care"
    save_public(term, by=None, changes={}, via="admin", action="changed")
    assert vocabulary().by_code["detox"].shown_label == "Withdrawal care"


def test_another_database_has_other_terms() -> None:
    load_terms()
    before = vocabulary()
    Catalogue.renew_epoch()
    assert vocabulary() is not before
