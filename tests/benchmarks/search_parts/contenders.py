"""Those who answer the same searches over the same rows."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from listings.search.criteria import SearchCriteria
from listings.search.index import Answer, Index
from listings.search.texts import read_text
from listings.search.vocabulary import vocabulary
from tests.benchmarks.search_parts.facets import BITS


class Outcome(NamedTuple):
    """What an answer says: the total, and known yes and known no by bit; the page's keys."""

    total: int
    yes: NDArray[np.int64]
    no: NDArray[np.int64]
    page: list[int]


class Contender(Protocol):
    """One way to answer; ``answer`` is what is timed."""

    name: str
    knows_words: bool

    def answer(self, criteria: SearchCriteria) -> Any:
        """A page, the total and all counts."""


class Ours:
    """The site's index."""

    knows_words = True

    def __init__(
        self, index: Index, terms: Mapping[str, tuple[str, int]], name: str = "ours"
    ) -> None:
        self.name = name
        self.index, self.terms = index, terms
        self.words = vocabulary()

    def answer(self, criteria: SearchCriteria) -> Answer:
        """As a page of results asks it; words are read with the site's own terms."""
        now = dt.datetime.now(dt.UTC)
        if not criteria.text:
            return self.index.answer(criteria, self.terms, now)
        units = read_text(criteria.text, self.index, self.words).units
        return self.index.answer(criteria, self.words.bits, now, units)

    def outcome(self, answer: Answer) -> Outcome:
        """The answer in the terms of the others, who count known yes and known no."""
        yes, no = np.zeros((2, BITS), np.int64)
        for code, count in answer.counts.facts.items():
            facet, bit = self.terms[code]
            yes[bit] = count.yes
            no[bit] = answer.counts.left_out.get(facet, answer.total) - count.yes - count.not_known
        return Outcome(answer.total, yes, no, [one.pk for one in answer.found])
