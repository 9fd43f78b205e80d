"""Criteria as the index asks them: choices with the bits they stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from listings.search.criteria import NEEDS_KNOWN_YES, SearchCriteria
from listings.search.phrases import Unit

Terms = Mapping[str, tuple[str, int]]
"""Every filterable term's code with its facet and bit."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """The ticked values of one facet as bits, and whether not known counts as a match."""

    facet: str
    bits: tuple[int, ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a segment needs to know of a search besides its place."""

    ticked: tuple[Ticked, ...]
    programmes: tuple[int, ...]
    times: Mapping[str, tuple[str, ...]]
    known_only: frozenset[str]
    units: tuple[tuple[Unit, tuple[int, ...]], ...]


def asked(criteria: SearchCriteria, terms: Terms, units: Iterable[Unit] = ()) -> Asked:
    """The criteria over bits. Codes that are no term are passed over."""
    ticked = []
    for facet, codes in criteria.chosen.items():
        bits = _bits(codes, terms)
        if bits:
            strict = facet in NEEDS_KNOWN_YES or facet in criteria.known_only
            ticked.append(Ticked(facet, bits, strict))
    return Asked(
        ticked=tuple(ticked),
        programmes=_bits(criteria.programmes, terms),
        times={facet: codes for facet, codes in criteria.times.items() if codes},
        known_only=criteria.known_only,
        units=tuple((unit, _bits(sorted(unit.codes), terms)) for unit in units),
    )


def _bits(codes: Iterable[str], terms: Terms) -> tuple[int, ...]:
    return tuple(terms[code][1] for code in codes if code in terms)
