"""Crosswalk of SAMHSA's National Directory service codes, keyed by directory and code.

The two directories, `substance` and `mental`, share many codes; a setting of the mental-health
directory speaks of addiction only where the row treats addiction too. The rules are data:
crosswalks/samhsa.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from listings.taxonomy.files import ROOT, Entry, read_toml
from listings.taxonomy.rules import RULE_KEYS, Rule, combine, read_rule
from listings.taxonomy.specs import Claim, Mapped, TaxonomyError

FILE = "crosswalks/samhsa.toml"
CODE_KEYS = ("label", *RULE_KEYS, "also", "not_mapped")


@dataclass(frozen=True, slots=True)
class ServiceCode:
    """One code of one directory: SAMHSA's label, and its rules or the reason it has none."""

    label: str
    rules: tuple[Rule, ...] = ()
    not_mapped: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """The codes of one directory; a row is in scope with any code of `scope` (empty: always)."""

    codes: Mapping[str, ServiceCode]
    scope: frozenset[str]


def samhsa_claims(directory: str, codes: Iterable[str]) -> Mapped:
    """Return what the codes of one row say, one claim per term.

    Args:
        directory: `substance` or `mental`.
        codes: every code of the row; conditions look at all of them together.

    Raises:
        TaxonomyError: the directory is unknown, or the crosswalk file is wrong.
    """
    table = directory_codes(directory).codes
    row = frozenset(codes)
    return combine(
        claims_of(table, row),
        (code for code in row if code in table and table[code].not_mapped),
        (code for code in row if code not in table),
    )


def claims_of(table: Mapping[str, ServiceCode], row: frozenset[str]) -> Iterator[Claim]:
    """Yield every claim that the known codes of a row make, before they are combined."""
    for code in row:
        for rule in table[code].rules if code in table else ():
            if rule.holds(row):
                yield from rule.claims()


def in_scope(directory: str, codes: Iterable[str]) -> bool:
    """Whether a row belongs in this catalogue: addiction treatment or family education.

    Raises:
        TaxonomyError: the directory is unknown, or the crosswalk file is wrong.
    """
    scope = directory_codes(directory).scope
    return not scope or not scope.isdisjoint(codes)


def directory_codes(directory: str) -> Directory:
    """Return one directory of the crosswalk.

    Raises:
        TaxonomyError: the directory is unknown, or the crosswalk file is wrong.
    """
    known = directories()
    if directory not in known:
        raise TaxonomyError(
            f"{FILE}: there is no directory {directory!r}; use one of {', '.join(known)}."
        )
    return known[directory]


@cache
def directories() -> Mapping[str, Directory]:
    """Return the whole crosswalk by directory.

    Raises:
        TaxonomyError: the crosswalk file is wrong.
    """
    return MappingProxyType(load_directories(ROOT / FILE))


def load_directories(path: Path) -> dict[str, Directory]:
    """Read and validate the crosswalk file at `path`."""
    data = read_toml(path)
    scopes = Entry(f"{path.name}: scope", data.pop("scope", {}), tuple(data))
    return {
        name: _directory(f"{path.name}: {name}", table, scopes.raw(name))
        for name, table in data.items()
    }


def _directory(where: str, table: object, scope: object) -> Directory:
    entry = Entry(where, table)
    codes: dict[str, ServiceCode] = {}
    for code in entry:
        one = Entry(f"{where}.{code}", entry.raw(code), CODE_KEYS)
        codes[code] = read_code(one, one.text("label"))
    wanted: tuple[str, ...] = ()
    if scope is not None:
        wanted = Entry(f"{where} scope", scope, ("any",)).texts("any")
    _check_conditions(where, codes, wanted)
    return Directory(MappingProxyType(codes), frozenset(wanted))


def read_code(entry: Entry, label: str) -> ServiceCode:
    """Return one code: either rules or a reason for not mapping it, never both.

    Raises:
        TaxonomyError: the entry is wrong.
    """
    if entry.has("not_mapped"):
        if any(entry.has(key) for key in (*RULE_KEYS, "also")):
            raise entry.error("is both mapped and not_mapped; keep one")
        return ServiceCode(label, not_mapped=entry.text("not_mapped"))
    also: list[Any] = entry.raw("also") or []
    if not isinstance(also, list):
        raise entry.error("needs also = a list of rules")
    further = [read_rule(Entry(f"{entry.where} also", table, RULE_KEYS)) for table in also]
    return ServiceCode(label, rules=(read_rule(entry), *further))


def _check_conditions(where: str, codes: Mapping[str, ServiceCode], scope: Iterable[str]) -> None:
    named = {
        needed
        for code in codes.values()
        for rule in code.rules
        for needed in rule.when_any | rule.unless_any
    }
    if stray := sorted((named | set(scope)) - set(codes)):
        raise TaxonomyError(f"{where} has a condition on the unknown code {stray[0]!r}.")
