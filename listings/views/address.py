"""Addresses of result pages: a place of the gazetteer and the choices, in one order.

What a visitor typed never stands in them; only what the filters have understood.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse

from listings.search.criteria import TIMES
from listings.search.filters import SearchFilterSet
from listings.search.order import SORTS
from listings.search.vocabulary import Vocabulary

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ResultsAddress:
    """One page of results; an empty slug means everywhere."""

    slug: str
    pairs: tuple[Pair, ...] = ()

    @property
    def url(self) -> str:
        """Path and query."""
        path = reverse("find", args=[self.slug]) if self.slug else reverse("find-everywhere")
        return f"{path}?{urlencode(self.pairs)}" if self.pairs else path

    def at(self, slug: str) -> Self:
        """The same choices at another place, from the first page on."""
        return replace(self, slug=slug, pairs=tuple(self._others("page")))

    def without(self, name: str, value: str | None = None) -> Self:
        """One choice fewer (or, without a value, none of that name), from the first page on."""
        kept = (pair for pair in self._others("page") if not _is(pair, name, value))
        return replace(self, pairs=tuple(kept))

    def with_one(self, name: str, value: str) -> Self:
        """The name with this value alone; anything but a page starts at the first page."""
        others = (pair for pair in self._others("page") if pair[0] != name)
        return replace(self, pairs=(*others, (name, value)))

    def _others(self, name: str) -> Iterable[Pair]:
        return (pair for pair in self.pairs if pair[0] != name)


def _is(pair: Pair, name: str, value: str | None) -> bool:
    return pair[0] == name and value in (None, pair[1])


def chosen_pairs(filters: SearchFilterSet, words: Vocabulary) -> tuple[Pair, ...]:
    """The choices that were understood, facets in their own order; no page."""
    form = filters.form
    form.is_valid()
    cleaned = form.cleaned_data
    pairs = [
        (name, code)
        for name in (*words.by_facet, "programme", *TIMES, "known")
        for code in cleaned.get(name) or ()
    ]
    if cleaned.get("q"):
        pairs.append(("q", cleaned["q"]))
    miles = _miles(cleaned.get("within") or "")
    if miles:
        pairs.append(("within", miles))
    if cleaned.get("older") == "1":
        pairs.append(("older", "1"))
    if cleaned.get("sort") in SORTS and cleaned["sort"] != "best":
        pairs.append(("sort", cleaned["sort"]))
    return tuple(pairs)


def _miles(text: str) -> str:
    """A number as short as it can be written; empty for what is no number."""
    try:
        miles = float(text)
    except ValueError:
        return ""
    return f"{miles:g}" if math.isfinite(miles) else ""
