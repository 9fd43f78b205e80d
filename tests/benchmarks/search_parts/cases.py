"""What is asked: the cases of the benchmark, and random criteria for the proof of correctness."""

import random
from dataclasses import dataclass, replace
from typing import NamedTuple

from listings.search.criteria import NEEDS_KNOWN_YES, Area, Circle, Scope, SearchCriteria
from listings.values.geo import Point
from tests.benchmarks.search_parts.facets import SIZES, codes_by_facet, terms
from tests.benchmarks.search_parts.made_up import Catalogue

METRO, MIDDLE, RURAL = Point(40.7143, -74.006), Point(41.7637, -72.6851), Point(37.4695, -105.87)
"""New York City, Hartford in Connecticut, Alamosa in Colorado."""
DENSE = "metro_25"
NATIONWIDE, TEXT = "nationwide", "text_metro_25"
TEXTS = ("recovery center", "counseling services", "family services", "harbor health", "detox")
SEED = 7
POLES = (Point(90, 0), Point(-90, 0), Point(89.97, 12.5), Point(-89.9, -120))
ANTIMERIDIAN = (Point(0, 180), Point(-17.8, 179.99), Point(51.9, -179.95), Point(65, -180))
FAR_MILES = (0.0, 0.5, 5.0, 25.0, 100.0, 500.0, 3_000.0, 12_400.0, 12_437.0, 30_000.0)


@dataclass(frozen=True)
class Case:
    """One kind of search, with the criteria that stand for it."""

    name: str
    label: str
    criteria: tuple[SearchCriteria, ...]

    @property
    def has_text(self) -> bool:
        """Whether words are searched for."""
        return any(one.text for one in self.criteria)


class Ticked(NamedTuple):
    """The ticked values of a facet as bits, and whether a known yes is needed."""

    facet: str
    bits: tuple[int, ...]
    strict: bool


def ticked(criteria: SearchCriteria) -> list[Ticked]:
    """The choices of a search, for those who answer it without the site's own code."""
    return [
        Ticked(
            facet,
            tuple(terms()[code][1] for code in codes),
            facet in NEEDS_KNOWN_YES or facet in criteria.known_only,
        )
        for facet, codes in criteria.chosen.items()
    ]


def facet_bits(facet: str) -> list[int]:
    """The bits of a facet's terms."""
    return [terms()[code][1] for code in codes_by_facet()[facet]]


def benchmark_cases() -> list[Case]:
    """The cases, the same each time."""
    dice = random.Random(SEED)
    places: list[tuple[str, str, Scope]] = [
        ("metro_10", "Dense metro, 10 miles", Circle(METRO, 10)),
        (DENSE, "Dense metro, 25 miles", Circle(METRO, 25)),
        ("metro_50", "Dense metro, 50 miles", Circle(METRO, 50)),
        ("metro_100", "Dense metro, 100 miles", Circle(METRO, 100)),
        ("town_25", "Mid-size town, 25 miles", Circle(MIDDLE, 25)),
        ("rural_50", "Rural, 50 miles", Circle(RURAL, 50)),
        (NATIONWIDE, "Everywhere", None),
    ]
    cases = [Case(name, label, _choices(dice, scope)) for name, label, scope in places]
    near = SearchCriteria(scope=Circle(METRO, 25))
    words = tuple(replace(near, text=text) for text in TEXTS)
    return [*cases, Case(TEXT, "Words, dense metro, 25 miles", words)]


def _choices(dice: random.Random, scope: Scope) -> tuple[SearchCriteria, ...]:
    """Nothing, a type, a type and payment, three facets, and known only."""
    by_facet = codes_by_facet()
    detox = {"type": (by_facet["type"][0],)}
    paid = {"payment": tuple(dice.sample(by_facet["payment"], 2))}
    others = dice.sample([facet for facet in SIZES if facet not in {"type", "attendance"}], 3)
    three = {facet: tuple(dice.sample(by_facet[facet], dice.randint(1, 2))) for facet in others}
    return (
        SearchCriteria(scope=scope),
        SearchCriteria(scope=scope, chosen=detox),
        SearchCriteria(scope=scope, chosen={**detox, **paid}),
        SearchCriteria(scope=scope, chosen=three),
        SearchCriteria(scope=scope, chosen=three, known_only=frozenset(three)),
    )


def random_criteria(dice: random.Random, catalogue: Catalogue) -> SearchCriteria:
    """Anything that may be asked without words and without the clock."""
    by_facet = codes_by_facet()
    facets = dice.sample(list(SIZES), dice.choice((0, 1, 1, 2, 3)))
    # Rare elsewhere, but it changes who is in a circle.
    if dice.random() < 0.15 and "attendance" not in facets:
        facets.append("attendance")
    return SearchCriteria(
        scope=_scope(dice, catalogue),
        chosen={facet: tuple(dice.sample(by_facet[facet], dice.randint(1, 3))) for facet in facets},
        known_only=frozenset(dice.sample(list(SIZES), dice.choice((0, 0, 2, 6)))),
        programmes=tuple(dice.sample(by_facet["population"], dice.randint(1, 2)))
        if dice.random() < 0.1
        else (),
        older=dice.random() < 0.15,
        sort=dice.choice(("best",) * 7 + ("distance", "checked", "name")),
        page=dice.choice((1, 1, 1, 2, 5)),
    )


def _scope(dice: random.Random, catalogue: Catalogue) -> Scope:
    draw = dice.random()
    if draw < 0.1:
        return None
    if draw < 0.2:
        return Area("US", dice.choice(("", "NY", "CT", "CO")))
    if draw < 0.4:
        return Circle(dice.choice(POLES + ANTIMERIDIAN), dice.choice(FAR_MILES))
    if draw < 0.7:
        return Circle(dice.choice((METRO, MIDDLE, RURAL)), dice.uniform(1, 150))
    row = dice.randrange(len(catalogue))
    centre = Point(float(catalogue.latitude[row]), float(catalogue.longitude[row]))
    return Circle(centre, dice.choice((*FAR_MILES, dice.uniform(0.1, 300))))
