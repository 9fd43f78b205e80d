"""The words of the taxonomy: facets, terms, claims and what a crosswalk answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Degree = Literal["", "accepts", "dedicated", "only"]
"""How far a yes goes: no degree known, accepts, dedicated programme, serves only."""

DEGREES: tuple[Degree, ...] = ("", "accepts", "dedicated", "only")
"""Weakest first, so that the place in the tuple is the strength."""

WORD_LIMIT = 320
"""Number of bits the search index has room for: five 64-bit words."""


class TaxonomyError(ValueError):
    """A taxonomy file is wrong; the message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A question a visitor may ask of a listing; `code` is the URL parameter."""

    code: str
    label: str
    help: str
    order: int
    first_screen: bool
    degrees: bool


@dataclass(frozen=True, slots=True)
class TermSpec:
    """One value of a facet.

    `parent` is a broader term, perhaps of another facet: whatever says yes to the term says yes to
    its parent as well, and the crosswalks write both.
    `bit` is the fixed place in the search index (0..319), never given twice.
    `external` names the term in other people's systems, such as
    `{"open_eligibility": ("1180",), "asam3": ("3.7-WM",)}`.
    """

    facet: str
    code: str
    bit: int
    label: str
    help: str
    order: int
    parent: str = ""
    safety_rule: str = ""
    filterable: bool = True
    external: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What a source says of one term: yes or no, and for a yes perhaps how far it goes."""

    term: str
    value: bool
    degree: Degree = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The answer of a crosswalk.

    `claims` are in taxonomy order, one per term. `not_mapped` are codes left out on purpose,
    `unknown` codes nobody has seen before, `contradictions` terms that the source both
    affirms and denies (they get no claim).
    """

    claims: tuple[Claim, ...] = ()
    not_mapped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A fellowship or programme that runs groups; `family` opens the family door."""

    key: str
    label: str
    family: bool
    yes: tuple[str, ...] = ()
