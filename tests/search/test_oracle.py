"""Results and counts equal brute force over the fact rows, on 1,000 random searches."""

import datetime as dt
import math
import random
from dataclasses import dataclass

import pytest
from django.utils import timezone

from listings.curation import packing
from listings.curation.terms import load_terms
from listings.models import Fact, Listing, Source, Term
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.matching import tie_break
from listings.search.scan import answer
from listings.search.vocabulary import vocabulary
from listings.values.geo import Point

FACETS = ("type", "payment", "language", "population", "attendance")
CENTRES = (
    Point(41.76, -72.67), Point(89.5, 10.0), Point(-89.9, -120.0), Point(0.0, 179.9),
    Point(51.5, -179.95), Point(0.0, 0.0),
)  # fmt: skip
LISTINGS, SEARCHES = 250, 1_000


@dataclass
class Truth:
    """One listing as the oracle sees it: plain facts, no bits."""

    listing: Listing
    facts: dict[str, tuple[bool, str]]


def miles(a: Point, b: Point) -> float:
    """Great circle by the law of cosines on vectors: another formula than the search uses."""

    def vector(point: Point) -> tuple[float, float, float]:
        lat, lon = math.radians(point.latitude), math.radians(point.longitude)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    u, v = vector(a), vector(b)
    cross = math.dist((0, 0, 0), (
        u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0],
    ))  # fmt: skip
    return 3958.7613 * math.atan2(cross, sum(x * y for x, y in zip(u, v, strict=True)))


def make_catalogue(dice: random.Random) -> list[Truth]:
    load_terms()
    source = Source.objects.create(code="test", name="Test register", policy="register")
    terms = [term for term in Term.objects.all() if term.facet in FACETS and term.filterable]
    today = timezone.localdate()
    truths = []
    for number in range(LISTINGS):
        centre = dice.choice(CENTRES)
        online = dice.random() < 0.1
        placed = dice.random() < 0.95
        listing = Listing(
            source=source,
            status=dice.choice(["published"] * 8 + ["draft", "closed", "temporarily-closed"]),
            name=f"Listing {number}",
            country=dice.choice(["US", "CA"]),
            region=dice.choice(["CT", "NY", "ON"]),
            online_only=online,
            unverified=dice.random() < 0.1,
            last_seen_on=today - dt.timedelta(days=dice.choice([0, 1, 40, 364, 366, 900])),
        )
        if placed:
            listing.latitude = max(-90.0, min(90.0, centre.latitude + dice.gauss(0, 0.6)))
            listing.longitude = (centre.longitude + dice.gauss(0, 0.8) + 180) % 360 - 180
            listing.precision = "exact"
        facts = {}
        for term in terms:
            known = dice.random()
            if known < 0.25:
                degree = dice.choice(["", "accepts", "dedicated", "only"])
                facts[term.code] = (True, degree if term.facet == "population" else "")
            elif known < 0.35:
                facts[term.code] = (False, "")
        truths.append(Truth(listing, facts))
    Listing.objects.bulk_create([truth.listing for truth in truths])
    by_code = {term.code: term for term in terms}
    Fact.objects.bulk_create(
        Fact(listing=truth.listing, term=by_code[code], value=value, degree=degree, source=source)
        for truth in truths
        for code, (value, degree) in truth.facts.items()
    )
    packing.repack([truth.listing for truth in truths])
    Listing.objects.bulk_update([truth.listing for truth in truths], packing.PACKED)
    return truths


def random_criteria(dice: random.Random, terms: dict[str, list[str]]) -> SearchCriteria:
    scope = dice.choice([
        None,
        Area("US"),
        Area("US", "CT"),
        Circle(dice.choice(CENTRES), dice.choice([1.0, 25.0, 60.0, 500.0, 30_000.0])),
        Circle(dice.choice(CENTRES), dice.uniform(5, 120)),
    ])  # fmt: skip
    facets = dice.sample(FACETS, dice.randint(0, 3))
    return SearchCriteria(
        scope=scope,
        chosen={facet: tuple(dice.sample(terms[facet], dice.randint(1, 2))) for facet in facets},
        known_only=frozenset(dice.sample(FACETS, dice.randint(0, 2))),
        programmes=tuple(dice.sample(terms["population"], 1)) if dice.random() < 0.2 else (),
    )


class Oracle:
    """The meaning of a search, written a second time over plain facts."""

    def __init__(self, truths: list[Truth], facet_of: dict[str, str]) -> None:
        self.truths, self.facet_of = truths, facet_of

    def in_scope(self, truth: Truth, criteria: SearchCriteria) -> tuple[bool, float | None]:
        listing, scope = truth.listing, criteria.scope
        stale = timezone.localdate() - listing.last_seen_on > dt.timedelta(days=365)
        if listing.status not in {"published", "temporarily-closed"} or stale:
            return False, None
        if scope is None:
            return True, None
        if listing.online_only:
            return bool({"online", "hybrid"} & set(criteria.chosen.get("attendance", ()))), None
        if isinstance(scope, Area):
            fits = scope.region in {"", listing.region}
            return listing.country == scope.country and fits, None
        if listing.point is None:
            return False, None
        far = miles(scope.centre, listing.point)
        return far <= scope.miles, far

    def facet_answer(self, truth: Truth, facet: str, criteria: SearchCriteria) -> str:
        if facet == "programme":
            degrees = [truth.facts.get(code, (False, ""))[1] for code in criteria.programmes]
            return "yes" if {"dedicated", "only"} & set(degrees) else "no"
        known = [truth.facts[code][0] if code in truth.facts else None
                 for code in criteria.chosen[facet]]  # fmt: skip
        if True in known:
            return "yes"
        return (
            "not known" if None in known and facet not in {"type", *criteria.known_only} else "no"
        )

    def search(self, criteria: SearchCriteria) -> tuple[list[Listing], dict[str, tuple[int, int]]]:
        facets = [*criteria.chosen, *(["programme"] if criteria.programmes else [])]
        found = []
        counts = dict.fromkeys(self.facet_of, (0, 0))
        for truth in self.truths:
            inside, far = self.in_scope(truth, criteria)
            if not inside:
                continue
            answers = {facet: self.facet_answer(truth, facet, criteria) for facet in facets}
            missed = [facet for facet, said in answers.items() if said == "no"]
            if not missed:
                found.append((truth.listing, far, all(a == "yes" for a in answers.values())))
            for code, facet in self.facet_of.items():
                if not [one for one in missed if one != facet]:
                    fact = truth.facts.get(code)
                    yes, unknown = counts[code]
                    counts[code] = (yes + bool(fact and fact[0]), unknown + (fact is None))
        found.sort(key=lambda one: (
            one[0].unverified, not one[2], math.inf if one[1] is None else round(one[1], 6),
            timezone.localdate() - one[0].last_seen_on, tie_break(one[0].public_id),
        ))  # fmt: skip
        return [listing for listing, _, _ in found], counts


@pytest.mark.django_db
def test_results_and_counts_equal_brute_force() -> None:
    dice = random.Random(20_26)
    truths = make_catalogue(dice)
    words = vocabulary()
    terms: dict[str, list[str]] = {}
    for code, (facet, _bit) in words.bits.items():
        terms.setdefault(facet, []).append(code)
    oracle = Oracle(truths, {code: facet for code, (facet, _) in words.bits.items()})
    nonempty = 0
    for number in range(SEARCHES):
        criteria = random_criteria(dice, terms)
        expected, counts = oracle.search(criteria)
        found = answer(criteria, words.bits)
        assert [row.pk for row in found.rows] == [listing.pk for listing in expected], criteria
        if number % 10 == 0:
            assert {c: (n.yes, n.not_known) for c, n in found.counts.items()} == counts, criteria
        nonempty += bool(expected)
    assert nonempty > SEARCHES / 3
