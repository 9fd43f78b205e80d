"""The terms as searches need them, read again whenever the catalogue's version has moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from listings.models import Catalogue, Term
from listings.taxonomy import Facet, facets


@dataclass(frozen=True, slots=True)
class FacetTerms:
    """A facet with the terms shown under it, in order."""

    facet: Facet
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All filterable terms, by code and by facet."""

    by_code: Mapping[str, Term]
    by_facet: Mapping[str, FacetTerms]

    @property
    def bits(self) -> dict[str, tuple[str, int]]:
        """Code → (facet, bit) of the filterable terms."""
        return {
            code: (term.facet, term.bit) for code, term in self.by_code.items() if term.filterable
        }

    def of_bits(self, word: int) -> list[Term]:
        """The terms whose bits are set in a packed word, in order."""
        return [term for term in self.by_code.values() if word >> term.bit & 1]


def vocabulary() -> Vocabulary:
    """The vocabulary of today's catalogue; one small query to see that it has not moved."""
    row = Catalogue.objects.current()
    return _read(row.epoch, row.version)


@lru_cache(maxsize=2)
def _read(epoch: str, version: int) -> Vocabulary:
    terms = {term.code: term for term in Term.objects.shown().in_order()}
    by_facet = {
        code: FacetTerms(facet, tuple(term for term in terms.values() if term.facet == code))
        for code, facet in facets().items()
    }
    # Keep the files' order of facets in by_code too, so that of_bits lists facts as pages do.
    ordered = {term.code: term for group in by_facet.values() for term in group.terms}
    return Vocabulary(ordered, by_facet)
