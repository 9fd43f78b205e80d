"""Facets and terms, loaded from facets.toml and terms/<facet>.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from listings.taxonomy.files import ROOT, Entry, read_toml
from listings.taxonomy.specs import WORD_LIMIT, Facet, TaxonomyError, TermSpec

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PARAMETER = re.compile(r"[a-z]+(_[a-z]+)*")
FACET_KEYS = ("code", "label", "help", "first_screen", "degrees")
TERM_KEYS = ("code", "bit", "label", "help", "parent", "safety_rule", "filterable", "external")


@cache
def facets() -> Mapping[str, Facet]:
    """Return the facets by code, in display order.

    Raises:
        TaxonomyError: facets.toml is wrong.
    """
    return MappingProxyType(load_facets(ROOT))


@cache
def terms() -> Mapping[str, TermSpec]:
    """Return the terms by code, facet by facet in display order.

    Raises:
        TaxonomyError: a file of terms is wrong.
    """
    return MappingProxyType(load_terms(ROOT))


def load_facets(root: Path) -> dict[str, Facet]:
    """Read and validate `root`/facets.toml."""
    found: dict[str, Facet] = {}
    for order, table in enumerate(_tables(read_toml(root / "facets.toml"), "facet", "facets.toml")):
        entry = Entry(f"facets.toml: facet {order + 1}", table, FACET_KEYS)
        facet = Facet(
            code=entry.text("code"),
            label=entry.text("label"),
            help=entry.text("help"),
            order=order,
            first_screen=entry.flag("first_screen", False),
            degrees=entry.flag("degrees", False),
        )
        if not PARAMETER.fullmatch(facet.code):
            raise entry.error(f"has the code {facet.code!r}; use small letters and underscores")
        if facet.code in found:
            raise entry.error(f"repeats the code {facet.code!r}; codes are unique")
        found[facet.code] = facet
    return found


def load_terms(root: Path) -> dict[str, TermSpec]:
    """Read and validate every file of `root`/terms."""
    known_facets = load_facets(root)
    _refuse_stray_files(root, known_facets)
    found: dict[str, TermSpec] = {}
    owners: dict[int, str] = {}
    retired = _retired_bits(root)
    for facet in known_facets:
        for term, where in _facet_terms(root, facet):
            if term.code in found:
                raise TaxonomyError(f"{where} repeats the code; codes are unique over all facets.")
            if term.bit in owners:
                raise TaxonomyError(
                    f"{where} has bit {term.bit}, which {owners[term.bit]!r} has; take a free one."
                )
            if term.bit in retired:
                raise TaxonomyError(f"{where} has the retired bit {term.bit}; take a free one.")
            owners[term.bit] = term.code
            found[term.code] = term
    _check_parents(found)
    return found


def _tables(data: Mapping[str, Any], key: str, file: str) -> list[object]:
    tables = data.get(key)
    if not isinstance(tables, list) or not tables:
        raise TaxonomyError(f"{file}: needs at least one [[{key}]].")
    return tables


def _retired_bits(root: Path) -> frozenset[int]:
    bits = read_toml(root / "facets.toml").get("retired_bits")
    if not isinstance(bits, list) or not all(isinstance(bit, int) for bit in bits):
        raise TaxonomyError("facets.toml: needs retired_bits = a list of whole numbers.")
    return frozenset(bits)


def _refuse_stray_files(root: Path, known: Mapping[str, Facet]) -> None:
    for path in sorted((root / "terms").glob("*.toml")):
        if path.stem not in known:
            raise TaxonomyError(
                f"terms/{path.name}: facets.toml has no facet {path.stem!r}; add it there."
            )


def _facet_terms(root: Path, facet: str) -> Iterator[tuple[TermSpec, str]]:
    file = f"{facet}.toml"
    for order, table in enumerate(_tables(read_toml(root / "terms" / file), "term", file)):
        entry = Entry(f"terms/{file}: term {order + 1}", table, TERM_KEYS)
        entry.where = f"terms/{file}: term {entry.text('code')!r}"
        yield _term(entry, facet, order), entry.where


def _term(entry: Entry, facet: str, order: int) -> TermSpec:
    term = TermSpec(
        facet=facet,
        code=entry.text("code"),
        bit=entry.whole("bit"),
        label=entry.text("label"),
        help=entry.text("help"),
        order=order,
        parent=entry.text("parent", ""),
        safety_rule=entry.text("safety_rule", ""),
        filterable=entry.flag("filterable", True),
        external=_external(entry),
    )
    if not SLUG.fullmatch(term.code):
        raise entry.error("has a bad code; use small letters, digits and single hyphens")
    if term.bit >= WORD_LIMIT:
        raise entry.error(f"has bit {term.bit}; the index has bits 0 to {WORD_LIMIT - 1}")
    return term


def _external(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    table = entry.raw("external")
    if table is None:
        return MappingProxyType({})
    inner = Entry(f"{entry.where} external", table)
    return MappingProxyType({name: inner.texts(name) for name in inner})


def _check_parents(found: Mapping[str, TermSpec]) -> None:
    for term in found.values():
        if term.parent and term.parent not in found:
            raise TaxonomyError(
                f"terms/{term.facet}.toml: term {term.code!r} has the unknown parent "
                f"{term.parent!r}; name an existing term."
            )
        seen = {term.code}
        above = term.parent
        while above:
            if above in seen:
                raise TaxonomyError(
                    f"terms/{term.facet}.toml: term {term.code!r} is its own ancestor; "
                    f"correct the parents."
                )
            seen.add(above)
            above = found[above].parent if above in found else ""
