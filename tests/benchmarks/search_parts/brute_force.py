"""The meaning of a search written a second time, over flags and another formula for distances.

It shares no code with the index: facts lie as zeros and ones, distances are angles between
vectors, every row is looked at, and all that match are sorted.
"""

import datetime as dt
import random
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from listings.models.listing import CURRENT_DAYS
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.index import Index
from tests.benchmarks.search_parts.cases import (
    ANTIMERIDIAN,
    POLES,
    facet_bits,
    random_criteria,
    ticked,
)
from tests.benchmarks.search_parts.facets import SIZES, terms
from tests.benchmarks.search_parts.made_up import (
    Catalogue,
    Flags,
    distances,
    make_catalogue,
    unpacked,
)

LISTINGS, SEARCHES = 20_000, 10_000
SHOWN = 5
SEED = 99
MOVED = 0.05
PROGRAMME = "programme"
Counts = dict[str, tuple[int, int]]


def far_corners(size: int, today: dt.date) -> Catalogue:
    """A made-up catalogue some of whose rows lie at and around poles and antimeridian."""
    rows = make_catalogue(size, today, seed=SEED)
    dice = np.random.default_rng(SEED)
    latitude, longitude = rows.latitude.copy(), rows.longitude.copy()
    moved = np.flatnonzero(dice.random(size) < MOVED)
    corners = POLES + ANTIMERIDIAN
    for row, corner in zip(moved, dice.integers(0, len(corners), len(moved)), strict=True):
        spread = dice.choice((0.0, 0.3))
        latitude[row] = np.clip(corners[corner].latitude + dice.normal(0, spread), -90, 90)
        longitude[row] = (corners[corner].longitude + dice.normal(0, spread) + 180) % 360 - 180
    return replace(rows, latitude=latitude, longitude=longitude)


class BruteForce:
    """Answers criteria from a catalogue's rows."""

    def __init__(self, catalogue: Catalogue, today: dt.date) -> None:
        self.rows = catalogue
        self.yes, self.no, self.dedicated = (
            unpacked(words) for words in (catalogue.yes, catalogue.no, catalogue.dedicated)
        )
        self.current = today.toordinal() - catalogue.confirmed_on <= CURRENT_DAYS
        self.country, self.region = catalogue.addresses()
        folded = np.array([name.casefold() for name in catalogue.name])
        self.name_rank = np.unique(folded, return_inverse=True)[1]

    def inside(self, criteria: SearchCriteria) -> tuple[Flags, NDArray[np.float64]]:
        """The rows of the scope, and their miles; infinite where there is no distance."""
        scope, online = criteria.scope, self.rows.online
        far = np.full(len(self.rows), np.inf)
        invited = np.zeros(len(self.rows), bool)
        match scope:
            case Circle():
                far[~online] = distances(self.rows, scope.centre)[~online]
                found = far <= scope.miles
                invited = self._serving(criteria.here)
            case Area():
                found = (self.country == scope.country) & ~online
                if scope.region:
                    found &= self.region == scope.region
                invited = self._serving(scope)
            case None:
                found = np.ones(len(self.rows), bool)
        if criteria.online:
            found = found | (online & invited)
        return found & (self.current | criteria.older), far

    def _serving(self, here: Area | None) -> Flags:
        """Rows whose area is the place's, or that name none."""
        if here is None:
            return np.ones(len(self.rows), bool)
        whole = (self.region == "") | (here.region == "") | (self.region == here.region)
        return (self.country == "") | ((self.country == here.country) & whole)

    def answer(self, criteria: SearchCriteria) -> tuple[list[int], int, Counts, dict[str, int]]:
        """The page's keys, the total, the counts of facts, and those of programmes."""
        inside, far = self.inside(criteria)
        fits: dict[str, Flags] = {}
        known = inside.copy()
        for one in ticked(criteria):
            has = self.yes[:, one.bits].any(axis=1)
            may = ~self.no[:, one.bits].all(axis=1)
            fits[one.facet] = has | (may & (not one.strict))
            known &= has
        if criteria.programmes:
            bits = [terms()[code][1] for code in criteria.programmes]
            fits[PROGRAMME] = self.dedicated[:, bits].any(axis=1)
        match = np.logical_and.reduce([inside, *fits.values()])
        without = {
            facet: np.logical_and.reduce(
                [inside, *(fits[other] for other in fits if other != facet)]
            )
            for facet in fits
        }
        facts = self._facts(match, without)
        own = _sums(self.dedicated, without.get(PROGRAMME, match))
        programmes = {code: int(own[bit]) for code, (_, bit) in terms().items() if own[bit]}
        return self._page(criteria, match, known, far), int(match.sum()), facts, programmes

    def _facts(self, match: Flags, without: dict[str, Flags]) -> Counts:
        counts: Counts = {}
        names = list(terms())
        everywhere = _sums(self.yes, match), _sums(self.no, match), int(match.sum())
        for facet in SIZES:
            yes, no, size = everywhere
            if facet in without:
                mask = without[facet]
                yes, no, size = _sums(self.yes, mask), _sums(self.no, mask), int(mask.sum())
            for bit in facet_bits(facet):
                counts[names[bit]] = (int(yes[bit]), size - int(yes[bit]) - int(no[bit]))
        return counts

    def _page(
        self, criteria: SearchCriteria, match: Flags, known: Flags, far: NDArray[np.float64]
    ) -> list[int]:
        rows = np.flatnonzero(match)
        measured = isinstance(criteria.scope, Circle)
        keys = {
            "unverified": self.rows.unverified[rows],
            "unknown": ~known[rows],
            "name": self.name_rank[rows],
            "far": np.round(far[rows], 3),
            "age": -self.rows.confirmed_on[rows],
            "tie": self.rows.public_id[rows, 1],
        }
        order = ["unverified", "unknown", "far" if measured else "name", "age", "tie"]
        first = {"distance": "far" if measured else "", "checked": "age", "name": "name"}
        first_key = first.get(criteria.sort, "")
        if first_key:
            order = [first_key, *(key for key in order if key != first_key)]
        ranked = rows[np.lexsort([keys[key] for key in reversed(order)])]
        start = (criteria.page - 1) * criteria.page_size
        return [int(key) for key in self.rows.key[ranked[start : start + criteria.page_size]]]


def _sums(flags: NDArray[np.uint8], mask: Flags) -> NDArray[np.int64]:
    """How many of the rows have each flag."""
    return np.asarray(flags[mask].sum(axis=0, dtype=np.int64))


def differences(index: Index, catalogue: Catalogue, at: dt.datetime, searches: int) -> int:
    """In how many of so many random searches the index says something else; prints the first."""
    oracle = BruteForce(catalogue, at.date())
    dice = random.Random(SEED)
    wrong = found = 0
    for _ in range(searches):
        criteria = random_criteria(dice, catalogue)
        page, total, facts, programmes = oracle.answer(criteria)
        answer = index.answer(criteria, terms(), at)
        said = {code: (one.yes, one.not_known) for code, one in answer.counts.facts.items()}
        own = {code: one.yes for code, one in answer.counts.programmes.items()}
        pks = [one.pk for one in answer.found]
        found += bool(total)
        if (page, total, facts, programmes) != (pks, answer.total, said, own):
            wrong += 1
            if wrong <= SHOWN:
                print(f"differs: {criteria}\n  {page} {total}\n  {pks} {answer.total}")
    if found < searches / 3:
        raise RuntimeError("Too few of the random searches find anything for this to prove much.")
    return wrong
