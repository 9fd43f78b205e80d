"""Crosswalk of FindTreatment.gov's JSON export.

A row has a kind (`typeFacility`: SA or MH) and services `{f1, f2, f3}`; f2 is the code of a group,
f3 its texts joined by "; ". A text that equals the label of a SAMHSA code of the row's directory
means that code; other wordings are data: crosswalks/findtreatment.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from listings.taxonomy.files import ROOT, Entry, read_toml
from listings.taxonomy.rules import RULE_KEYS, combine
from listings.taxonomy.samhsa import (
    ServiceCode,
    claims_of,
    directories,
    directory_codes,
    in_scope,
    read_code,
)
from listings.taxonomy.specs import Claim, Mapped, TaxonomyError

FILE = "crosswalks/findtreatment.toml"
WORDING_KEYS = ("as", *RULE_KEYS, "also", "not_mapped")


@dataclass(frozen=True, slots=True)
class Wording:
    """What one text means: SAMHSA codes, or rules of its own."""

    codes: tuple[str, ...] = ()
    own: ServiceCode = field(default_factory=lambda: ServiceCode(""))


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Kind → directory, and (directory, f2, text) → meaning."""

    kinds: Mapping[str, str]
    wordings: Mapping[tuple[str, str, str], Wording]


@dataclass
class _Reading:
    """What the services of one row came to, before the claims."""

    codes: set[str] = field(default_factory=set)
    own: list[ServiceCode] = field(default_factory=list)
    not_mapped: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def findtreatment_claims(kind: str, services: Iterable[Mapping[str, object]]) -> Mapped:
    """Return what the services of one row say, one claim per term.

    Args:
        kind: the row's `typeFacility` (or `type_facility`): SA or MH.
        services: the row's services, each with f2 and f3.

    An unknown kind claims nothing and is reported as unknown. Reported texts are written
    "f2: text".

    Raises:
        TaxonomyError: a crosswalk file is wrong.
    """
    directory = crosswalk().kinds.get(normal(kind).upper())
    if directory is None:
        return Mapped(unknown=(f"typeFacility: {kind}",))
    reading = _read(directory, services)
    return combine(_claims(directory, reading), reading.not_mapped, reading.unknown)


def findtreatment_in_scope(kind: str, services: Iterable[Mapping[str, object]]) -> bool:
    """Whether a row belongs in this catalogue, by the scope of its SAMHSA directory.

    Raises:
        TaxonomyError: a crosswalk file is wrong.
    """
    directory = crosswalk().kinds.get(normal(kind).upper())
    return directory is not None and in_scope(directory, _read(directory, services).codes)


def normal(text: str) -> str:
    """Return a text in small letters, with single spaces and without (R) and (TM) signs."""
    return " ".join(text.replace("®", "").replace("™", "").casefold().split())


def meaning(directory: str, group: str, text: str) -> Wording | None:
    """Return what a text of one group means, or None when nobody has mapped it."""
    key = normal(text)
    found = crosswalk().wordings.get((directory, group.strip().upper(), key))
    if found is not None:
        return found
    codes = _labels()[directory].get(key, ())
    table = directory_codes(directory).codes
    same = {(table[code].rules, table[code].not_mapped) for code in codes}
    return Wording(codes[:1]) if len(same) == 1 else None


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
    entry = Entry(f"{path.name}: kinds", data.pop("kinds", {}))
    kinds = {kind: entry.text(kind) for kind in entry}
    for name in (*kinds.values(), *data):
        if name not in directories():
            raise TaxonomyError(f"{path.name}: {name!r} is no SAMHSA directory; correct it.")
    wordings: dict[tuple[str, str, str], Wording] = {}
    for directory, table in data.items():
        groups = Entry(f"{path.name}: {directory}", table)
        for group in groups:
            texts = Entry(f"{groups.where}.{group}", groups.raw(group))
            for text in texts:
                one = Entry(f"{texts.where} {text!r}", texts.raw(text), WORDING_KEYS)
                wordings[directory, group, text] = _wording(one, directory, text)
    return Crosswalk(MappingProxyType(kinds), MappingProxyType(wordings))


def _wording(entry: Entry, directory: str, text: str) -> Wording:
    if normal(text) != text:
        raise entry.error("is not normalised; write small letters, single spaces and no (R) sign")
    if not entry.has("as"):
        return Wording(own=read_code(entry, text))
    codes = entry.texts("as")
    known = directory_codes(directory).codes
    if stray := [code for code in codes if code not in known]:
        raise entry.error(f"means the unknown code {stray[0]!r}")
    if not codes or any(entry.has(key) for key in WORDING_KEYS if key != "as"):
        raise entry.error("needs either as = [codes] or rules of its own")
    return Wording(codes)


@cache
def _labels() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, directory in directories().items():
        labels = found.setdefault(name, {})
        for code, service in directory.codes.items():
            key = normal(service.label)
            labels[key] = (*labels.get(key, ()), code)
    return found


def _texts(services: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for service in services:
        group, texts = service.get("f2"), service.get("f3")
        for text in str(texts or "").split(";"):
            if text.strip():
                yield str(group or "").strip(), text.strip()


def _read(directory: str, services: Iterable[Mapping[str, object]]) -> _Reading:
    reading = _Reading()
    table = directory_codes(directory).codes
    for group, text in _texts(services):
        found = meaning(directory, group, text)
        if found is None:
            reading.unknown.append(f"{group}: {text}")
            continue
        reading.codes.update(found.codes)
        reading.own.append(found.own)
        if found.own.not_mapped or any(table[code].not_mapped for code in found.codes):
            reading.not_mapped.append(f"{group}: {text}")
    return reading


def _claims(directory: str, reading: _Reading) -> Iterator[Claim]:
    row = frozenset(reading.codes)
    yield from claims_of(directory_codes(directory).codes, row)
    for own in reading.own:
        for rule in own.rules:
            if rule.holds(row):
                yield from rule.claims()
