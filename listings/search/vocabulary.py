"""The terms as searches need them, read again whenever the catalogue's version has moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from listings.models import Term
from listings.search.index import Stamp
from listings.search.loading import stamp_now
from listings.taxonomy import Facet, facets


@dataclass(frozen=True, slots=True)
class FacetTerms:
    """A facet with the terms shown under it, in order."""

    facet: Facet
    terms: tuple[Term, ...]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All filterable terms, by code and by facet. One object per version: compared as itself."""

    by_code: Mapping[str, Term]
    by_facet: Mapping[str, FacetTerms]

    @cached_property
    def bits(self) -> dict[str, tuple[str, int]]:
        """Code → (facet, bit) of the filterable terms."""
        return {
            code: (term.facet, term.bit) for code, term in self.by_code.items() if term.filterable
        }

    def of_bits(self, word: int) -> list[Term]:
        """The terms whose bits are set in a packed word, in order."""
        if not word:
            return []
        return [term for term in self.by_code.values() if word >> term.bit & 1]


_kept: dict[str, tuple[Stamp, Vocabulary]] = {}
"""The vocabulary last read, by epoch; one at a time."""


def vocabulary(stamp: Stamp | None = None) -> Vocabulary:
    """The vocabulary of the catalogue at a stamp, by default at the one it has now.

    Most changes are of listings: then the same object serves on, with all that hangs on it.
    """
    now = stamp or stamp_now()
    at, words = _kept.get(now.epoch, (None, None))
    if at is None or words is None or at.version > now.version or _changed_since(at.version, now):
        words = _read()
    if at != now:
        _kept.clear()
        _kept[now.epoch] = (now, words)
    return words


def _changed_since(version: int, now: Stamp) -> bool:
    return version != now.version and Term.objects.filter(version__gt=version).exists()


def forget_vocabulary() -> None:
    """Read it anew the next time."""
    _kept.clear()


def _read() -> Vocabulary:
    terms = {term.code: term for term in Term.objects.shown().in_order()}
    by_facet = {
        code: FacetTerms(facet, tuple(term for term in terms.values() if term.facet == code))
        for code, facet in facets().items()
    }
    # Keep the files' order of facets in by_code too, so that of_bits lists facts as pages do.
    ordered = {term.code: term for group in by_facet.values() for term in group.terms}
    return Vocabulary(ordered, by_facet)
