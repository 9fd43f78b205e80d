"""Pages, totals and all counts equal brute force over plain facts, on thousands of searches."""

import random
from collections.abc import Iterator, Sequence

import pytest
import time_machine

from listings.curation import packing
from listings.curation.terms import load_terms
from listings.models import Catalogue, Listing, Source, Term
from listings.search.criteria import TIMES, Area, Circle, SearchCriteria
from listings.search.index import Index
from listings.search.loading import changes_since, load_index, stamp_now
from listings.search.order import SORTS
from listings.search.phrases import Unit
from listings.search.vocabulary import vocabulary
from tests.search.oracle import CENTRES, FACETS, NOW, WORDS, Oracle, Truth, save, some_truths

LISTINGS, SEARCHES, COUNTED_EACH = 300, 2_000, 10


def random_criteria(dice: random.Random, terms: dict[str, list[str]]) -> SearchCriteria:
    scope = dice.choice([
        None,
        Area("US"),
        Area("US", "CT"),
        Circle(dice.choice(CENTRES), dice.choice([1.0, 25.0, 60.0, 500.0, 30_000.0])),
        Circle(dice.choice(CENTRES), dice.uniform(5, 120)),
    ])  # fmt: skip
    facets = dice.sample(FACETS, dice.randint(0, 3))
    asked = dice.sample(list(TIMES), dice.choice([0, 0, 0, 1, 2]))
    known = [*FACETS, "open", "opening"]
    return SearchCriteria(
        scope=scope,
        here=dice.choice([None, Area("US", "CT"), Area("CA", "ON")]),
        chosen={facet: tuple(dice.sample(terms[facet], dice.randint(1, 2))) for facet in facets},
        known_only=frozenset(dice.sample(known, dice.randint(0, 2))),
        programmes=tuple(dice.sample(terms["population"], 1)) if dice.random() < 0.2 else (),
        times={facet: tuple(dice.sample(TIMES[facet], 1)) for facet in asked},
        text=dice.choice(["", "", "", *WORDS[:3], "ri", "hope river", "ahre"]),
        older=dice.random() < 0.2,
        sort=dice.choice(SORTS),
        page=dice.choice([1, 1, 1, 2, 5]),
        page_size=dice.choice([3, 20]),
    )


@pytest.fixture
def catalogue(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[Truth], Index]]:
    """The truths, and an index that came by them in steps, so that it has all its segments."""
    monkeypatch.setattr("listings.search.index.YOUNG", 50)
    with time_machine.travel(NOW, tick=False):
        load_terms()
        source = Source.objects.create(code="test", name="Test register", policy="register")
        terms = [term for term in Term.objects.all() if term.facet in FACETS and term.filterable]
        dice = random.Random(20_26)
        truths = some_truths(dice, source, terms, LISTINGS)
        _publish(truths[:200], terms, source)
        index = load_index()
        for start in range(200, LISTINGS, 20):
            _publish(truths[start : start + 20], terms, source)
            # What was there before changes too.
            for truth in dice.sample(truths[:start], 5):
                truth.listing.name += " again"
                _restamp([truth.listing])
            index = _next(index)
        yield truths, index


def _publish(part: Sequence[Truth], terms: Sequence[Term], source: Source) -> None:
    Listing.objects.bulk_create([truth.listing for truth in part])
    save(part, terms, source)
    packing.repack([truth.listing for truth in part])
    _restamp([truth.listing for truth in part])


def _restamp(listings: Sequence[Listing]) -> None:
    version = Catalogue.objects.next_version().version
    for listing in listings:
        listing.version = version
    Listing.objects.bulk_update(listings, ["name", "version", *packing.PACKED])


def _next(index: Index) -> Index:
    now = stamp_now()
    changes = changes_since(index.stamp.version, 10_000)
    assert changes is not None
    return index.with_changes(now, changes)


def test_pages_totals_and_counts_equal_brute_force(catalogue: tuple[list[Truth], Index]) -> None:
    truths, index = catalogue
    words = vocabulary()
    terms: dict[str, list[str]] = {}
    for code, (facet, _bit) in words.bits.items():
        terms.setdefault(facet, []).append(code)
    oracle = Oracle(truths, {code: facet for code, (facet, _) in words.bits.items()})
    dice = random.Random(7)
    nonempty = 0
    for number in range(SEARCHES):
        criteria = random_criteria(dice, terms)
        expected, counts, times = oracle.search(criteria) if number % COUNTED_EACH == 0 else (
            oracle.keys(criteria), None, None)  # fmt: skip
        units = [Unit((word,), frozenset(), begins=True) for word in criteria.text.split()]
        answer = index.answer(criteria, words.bits, NOW, units)
        first = (criteria.page - 1) * criteria.page_size
        assert answer.total == len(expected), criteria
        page = expected[first : first + criteria.page_size]
        assert [one.pk for one in answer.found] == page, criteria
        if counts is not None and times is not None:
            got = {code: (n.yes, n.not_known) for code, n in answer.counts.facts.items()}
            assert got == counts, criteria
            known = {key: (n.yes, n.not_known) for key, n in answer.counts.times.items()}
            assert {**times, **known} == times, criteria
        nonempty += bool(expected)
    assert nonempty > SEARCHES / 4


def test_the_index_that_is_compared_has_all_segments(
    catalogue: tuple[list[Truth], Index],
) -> None:
    _truths, index = catalogue
    assert [segment.table.columns.count > 0 for segment in index.segments] == [True] * 3
