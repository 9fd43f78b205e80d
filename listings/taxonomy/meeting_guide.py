"""Crosswalk of Meeting Guide feeds: programmes by name, type codes by programme.

The same type code means different things per fellowship, so codes are keyed by the vocabulary
that a programme names. Programmes and codes are data: crosswalks/meeting_guide.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from listings.taxonomy.files import ROOT, Entry, read_toml
from listings.taxonomy.rules import RULE_KEYS, combine, read_rule
from listings.taxonomy.samhsa import CODE_KEYS, ServiceCode, claims_of, read_code
from listings.taxonomy.specs import Claim, Mapped, Programme

FILE = "crosswalks/meeting_guide.toml"
PROGRAMME_KEYS = ("label", "family", "patterns", "yes", "vocabulary")
SHARED = "shared"
"""The vocabulary of every programme, also of one that nobody knows."""

SMALL_WORDS = frozenset({"and", "for", "the"})


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Programmes by key, their patterns, their vocabulary, and the codes of each vocabulary."""

    programmes: Mapping[str, Programme]
    patterns: tuple[tuple[str, str], ...]
    vocabulary_of: Mapping[str, str]
    vocabularies: Mapping[str, Mapping[str, ServiceCode]]


def programmes() -> Mapping[str, Programme]:
    """Return the programmes by key.

    Raises:
        TaxonomyError: the crosswalk file is wrong.
    """
    return crosswalk().programmes


def programme_for(text: str) -> Programme | None:
    """Return the programme that a feed's `entity` or a group's name tells, or None.

    The longest pattern wins ("SMART Recovery Family & Friends" is not "SMART Recovery"). A text
    that names both a family programme and another one tells nothing.

    Raises:
        TaxonomyError: the crosswalk file is wrong.
    """
    words = f" {_words(text)} "
    hits = [(pattern, key) for pattern, key in crosswalk().patterns if f" {pattern} " in words]
    longest = [
        (pattern, programmes()[key])
        for pattern, key in hits
        if not any(pattern != other and f" {pattern} " in f" {other} " for other, _ in hits)
    ]
    if len({programme.family for _, programme in longest}) != 1:
        return None
    return max(longest, key=lambda hit: len(hit[0]))[1]


def meeting_guide_claims(programme: str, codes: Iterable[str]) -> Mapped:
    """Return what a programme and the type codes of one of its meetings say.

    Args:
        programme: key of a programme; with an empty or unknown key only the codes that all
            programmes share are understood, and every other code is unknown.
        codes: the meeting's `types`.

    Raises:
        TaxonomyError: the crosswalk file is wrong.
    """
    known = crosswalk()
    table = known.vocabularies[known.vocabulary_of.get(programme, SHARED)]
    row = frozenset(code.strip() for code in codes)
    implied = known.programmes[programme].yes if programme in known.programmes else ()
    return combine(
        (*(Claim(term, True) for term in implied), *claims_of(table, row)),
        (code for code in row if code in table and table[code].not_mapped),
        (code for code in row if code not in table),
    )


@cache
def crosswalk() -> Crosswalk:
    """Return the crosswalk.

    Raises:
        TaxonomyError: the crosswalk file is wrong.
    """
    return load_crosswalk(ROOT / FILE)


def load_crosswalk(path: Path) -> Crosswalk:
    """Read and validate the crosswalk file at `path`."""
    data = read_toml(path)
    top = Entry(path.name, data, ("programme", "vocabulary"))
    vocabularies = _vocabularies(Entry(f"{path.name}: vocabulary", top.raw("vocabulary")))
    programme_tables = Entry(f"{path.name}: programme", top.raw("programme"))
    found: dict[str, Programme] = {}
    patterns: dict[str, str] = {}
    vocabulary_of: dict[str, str] = {}
    for key in programme_tables:
        where = f"{path.name}: programme {key!r}"
        entry = Entry(where, programme_tables.raw(key), PROGRAMME_KEYS)
        found[key] = _programme(entry, key)
        vocabulary_of[key] = entry.text("vocabulary")
        if vocabulary_of[key] not in vocabularies:
            raise entry.error(f"names the unknown vocabulary {vocabulary_of[key]!r}")
        for pattern in entry.texts("patterns"):
            if pattern != _words(pattern) or not pattern:
                raise entry.error(f"has the pattern {pattern!r}; write {_words(pattern)!r}")
            if pattern in patterns:
                raise entry.error(f"has the pattern {pattern!r} of {patterns[pattern]!r}")
            patterns[pattern] = key
    return Crosswalk(
        MappingProxyType(found),
        tuple(patterns.items()),
        MappingProxyType(vocabulary_of),
        MappingProxyType(vocabularies),
    )


def _programme(entry: Entry, key: str) -> Programme:
    rule = read_rule(Entry(entry.where, {"yes": entry.raw("yes") or []}, RULE_KEYS))
    family = entry.flag("family", False)
    if family != ("family-support" in rule.yes):
        raise entry.error("must say family = true exactly when it says yes to family-support")
    return Programme(key, entry.text("label"), family, rule.yes)


def _vocabularies(tables: Entry) -> dict[str, Mapping[str, ServiceCode]]:
    """Read the vocabularies in file order; one may extend only an earlier one."""
    found: dict[str, Mapping[str, ServiceCode]] = {}
    for name in tables:
        entry = Entry(f"{tables.where}.{name}", tables.raw(name))
        codes: dict[str, ServiceCode] = {}
        base = entry.text("extends", "")
        if base:
            if base not in found:
                raise entry.error(f"extends {base!r}, which must stand before it")
            codes.update(found[base])
        for code in entry:
            if code != "extends":
                one = Entry(f"{entry.where}.{code}", entry.raw(code), CODE_KEYS)
                codes[code] = read_code(one, one.text("label"))
        found[name] = MappingProxyType(codes)
    if SHARED not in found:
        raise tables.error(f"needs the vocabulary {SHARED!r}")
    return found


def _words(text: str) -> str:
    """Return the words of a text in small letters, without punctuation and small words."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return " ".join(word for word in words if word not in SMALL_WORDS)
