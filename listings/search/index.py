"""The search index: the published listings in memory, at one version of the catalogue.

A large segment holds them as they were when it was built; small ones hold what has changed since.
Nothing in an index is ever changed: a change gives a new index that shares the large segment.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

from listings.search.asking import Terms, asked
from listings.search.building import build
from listings.search.counting import Count, Counts, counts_of
from listings.search.criteria import Circle, SearchCriteria
from listings.search.gathering import Gathered, ListingRow, MeetingRow, OpeningRow
from listings.search.order import order_of
from listings.search.phrases import Unit
from listings.search.ranking import Candidate, Ranking
from listings.search.segment import Segment, Survey
from listings.search.table import Table

__all__ = ["Answer", "Candidate", "Changed", "Count", "Index", "Stamp"]

YOUNG = 250
"""Listings that the youngest segment holds at most; it is built anew at each change."""


class Stamp(NamedTuple):
    """Which catalogue, and which version of it."""

    epoch: str
    version: int


class Changed(NamedTuple):
    """A listing that has changed, with all that hangs on it; no ``row``: no longer public."""

    pk: int
    row: ListingRow | None
    meetings: Sequence[MeetingRow] = ()
    openings: Sequence[OpeningRow] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of listings in order, the total, and the counts behind every value."""

    found: list[Candidate]
    total: int
    counts: Counts

    @property
    def programme_counts(self) -> Mapping[str, Count]:
        """Programmes of their own, by term code."""
        return self.counts.programmes


@dataclass(frozen=True, slots=True)
class Recent:
    """A small segment, with the listings it was built from."""

    changed: Mapping[int, Changed] = field(default_factory=dict)
    segment: Segment | None = None

    @classmethod
    def of(cls, changed: Mapping[int, Changed]) -> "Recent":
        """Build the segment of these listings."""
        if not changed:
            return cls()
        gathered = Gathered()
        gathered.add([one.row for one in changed.values() if one.row])
        gathered.meetings = [meeting for one in changed.values() for meeting in one.meetings]
        gathered.openings = [opening for one in changed.values() for opening in one.openings]
        return cls(changed, Segment(Table(build(gathered))))

    def without(self, pks: Iterable[int]) -> "Recent":
        """Less these listings."""
        gone = set(pks) & self.changed.keys()
        if not gone or self.segment is None:
            return self
        kept = {pk: one for pk, one in self.changed.items() if pk not in gone}
        return Recent(kept, self.segment.without(gone))


@dataclass(frozen=True, slots=True)
class Index:
    """All published listings at one stamp."""

    stamp: Stamp
    base: Segment
    grown: Recent = field(default_factory=Recent)
    young: Recent = field(default_factory=Recent)

    @property
    def segments(self) -> list[Segment]:
        """The large segment, and the small ones that hold any listing."""
        recent = (self.grown.segment, self.young.segment)
        return [self.base, *(one for one in recent if one is not None and one.alive.any())]

    @property
    def changed(self) -> int:
        """How many listings stand in the small segments."""
        return len(self.grown.changed) + len(self.young.changed)

    def with_changes(self, stamp: Stamp, changes: Sequence[Changed]) -> "Index":
        """The index after these changes."""
        if not changes:
            return replace(self, stamp=stamp)
        pks = [one.pk for one in changes]
        base, grown = self.base.without(pks), self.grown.without(pks)
        young = {pk: one for pk, one in self.young.changed.items() if pk not in set(pks)}
        young |= {one.pk: one for one in changes if one.row}
        if len(young) > YOUNG:
            return Index(stamp, base, Recent.of({**grown.changed, **young}))
        return Index(stamp, base, grown, Recent.of(young))

    def answer(
        self, criteria: SearchCriteria, terms: Terms, at: dt.datetime, units: Sequence[Unit] = ()
    ) -> Answer:
        """A page of listings, the total and all counts; ``units`` are the words searched for."""
        ask = asked(criteria, terms, units)
        surveys = [segment.survey(criteria, ask, at) for segment in self.segments]
        total = sum(survey.total for survey in surveys)
        counts = counts_of(surveys, ask, terms)
        return Answer(_page(surveys, criteria, total), total, counts)

    def total(
        self, criteria: SearchCriteria, terms: Terms, at: dt.datetime, units: Sequence[Unit] = ()
    ) -> int:
        """How many listings match."""
        ask = asked(criteria, terms, units)
        return sum(segment.survey(criteria, ask, at).total for segment in self.segments)

    def has_word(self, word: str, *, whole: bool = False) -> bool:
        """Whether any listing has a word that begins so, or with ``whole`` this very word."""
        return any(
            words.has(word, prefix=not whole)
            for segment in self.segments
            for words in segment.table.words
        )

    def has_term(self, bit: int) -> bool:
        """Whether any listing has a known yes for a term."""
        return any(
            bool((segment.table.yes(bit, None) & segment.alive).any()) for segment in self.segments
        )

    def similar_words(self, word: str) -> list[str]:
        """Words of listings that a misspelt one may mean, the likeliest first."""
        found = [
            similar
            for segment in self.segments
            for words in segment.table.words
            for similar in words.similar(word)
        ]
        return list(dict.fromkeys(found))


def _page(surveys: Sequence[Survey], criteria: SearchCriteria, total: int) -> list[Candidate]:
    order = order_of(criteria.sort, measured=isinstance(criteria.scope, Circle))
    last = criteria.page * criteria.page_size
    if last - criteria.page_size >= total:
        return []
    several = len(surveys) > 1
    candidates = [
        one for survey in surveys for one in Ranking(survey, order).first(last, keyed=several)
    ]
    if several:
        candidates.sort(key=attrgetter("key"))
    return candidates[last - criteria.page_size : last]
