"""What people type, and the terms they mean by it, loaded from synonyms/<language>.toml.

The strings are input only and are never shown: on our pages words are person first, but somebody
may type "drug addict help" and must be answered. en.toml says what each part of a file means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from listings.taxonomy.files import ROOT, Entry, read_toml
from listings.taxonomy.vocabulary import terms
from listings.values.text import fold

FILE_KEYS = ("small", "general", "terms", "any_of")
MOST_WORDS = 6
"""Words of the longest phrase; searches look for no longer one."""


@dataclass(frozen=True, slots=True)
class TypedWords:
    """All languages together, folded.

    `phrases` gives the terms of each phrase, any of which is meant. `small` words carry no
    meaning in a search ("for", "de", "в"); `general` ones fit every entry of this directory
    ("treatment", "centro", "помощь").
    """

    phrases: Mapping[str, frozenset[str]]
    small: frozenset[str]
    general: frozenset[str]


def synonyms() -> Mapping[str, frozenset[str]]:
    """Return the folded phrases of all languages and the codes of the terms they may mean.

    Raises:
        TaxonomyError: a file of synonyms is wrong, or names an unknown term.
    """
    return typed_words().phrases


@cache
def typed_words() -> TypedWords:
    """Return phrases, small and general words of all languages.

    Raises:
        TaxonomyError: a file of synonyms is wrong, or names an unknown term.
    """
    return load_synonyms(ROOT / "synonyms", terms().keys())


def load_synonyms(folder: Path, codes: Collection[str]) -> TypedWords:
    """Read and validate every file of `folder`; `codes` are the terms there are.

    Raises:
        TaxonomyError: a file is wrong; the message names the file, the entry and the remedy.
    """
    phrases: dict[str, set[str]] = {}
    small: set[str] = set()
    general: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        entry = Entry(path.name, read_toml(path), FILE_KEYS)
        small.update(_folded(entry, "small", most_words=1))
        general.update(_folded(entry, "general", most_words=1))
        for meant, typed in _lists(entry, codes):
            for phrase in typed:
                phrases.setdefault(phrase, set()).update(meant)
    fixed = {phrase: frozenset(meant) for phrase, meant in phrases.items()}
    return TypedWords(MappingProxyType(fixed), frozenset(small), frozenset(general))


def _lists(entry: Entry, codes: Collection[str]) -> Iterator[tuple[Sequence[str], list[str]]]:
    """Yield the codes and the folded phrases of every list of one file."""
    by_term = Entry(f"{entry.where}: terms", entry.raw("terms") or {})
    for code in by_term:
        yield _known(by_term, (code,), codes), _folded(by_term, code)
    groups: Any = entry.raw("any_of") or []
    if not isinstance(groups, list):
        raise entry.error("needs any_of = tables with terms and phrases")
    for number, table in enumerate(groups, start=1):
        group = Entry(f"{entry.where}: any_of {number}", table, ("terms", "phrases"))
        yield _known(group, group.texts("terms"), codes), _folded(group, "phrases")


def _known(entry: Entry, meant: Sequence[str], codes: Collection[str]) -> Sequence[str]:
    if not meant:
        raise entry.error("needs terms = a list of codes")
    if unknown := sorted(set(meant) - set(codes)):
        raise entry.error(f"has the unknown term {unknown[0]!r}; name an existing one")
    return meant


def _folded(entry: Entry, key: str, most_words: int = MOST_WORDS) -> list[str]:
    typed: list[str] = []
    for text in entry.texts(key):
        phrase = fold(text)
        if not 1 <= len(phrase.split()) <= most_words:
            words = "one word" if most_words == 1 else f"1 to {most_words} words"
            raise entry.error(f"has {text!r} in {key}; write {words}")
        typed.append(phrase)
    return typed
