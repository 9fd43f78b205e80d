"""What was typed into the word field, read as units: known phrases, and words that are none.

Pure text: no request, no ORM. Whatever is typed is data; there is no query language.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from listings.search.spelling import LEAST_LETTERS, errors_forgiven, normal_form
from listings.taxonomy.synonyms import MOST_WORDS, typed_words
from listings.values.text import clean, fold

LONGEST_TYPED = 200
"""Letters that are looked at."""
MOST_TYPED_WORDS = 12
_MOST_WORDS_FORGIVEN = 3
_MOST_SIMILAR = 5
_ANY_TREATMENT = frozenset({"detox", "inpatient", "outpatient"})
"""What "addiction treatment" means: no door has been chosen yet."""
# rapidfuzz's own types do not fit each other here.
_ERRORS: Any = OSA.distance

_Key = tuple[str, ...]


class Unit(NamedTuple):
    """Something every result must have: all the folded words, or a yes for one of the terms.

    ``begins``: the last word may be the beginning of a longer one.
    """

    words: tuple[str, ...]
    codes: frozenset[str]
    begins: bool = False


class Phrases:
    """Known phrases of one to six words, and the codes of the terms each of them may mean."""

    def __init__(
        self, synonyms: Mapping[str, frozenset[str]], labels: Mapping[str, Iterable[str]]
    ) -> None:
        """Take folded phrases with their codes, and the labels of terms by code, not folded."""
        typed = typed_words()
        self._small = typed.small
        self._general = frozenset(map(normal_form, typed.general))
        self._codes: dict[_Key, frozenset[str]] = {}
        self._by_length: dict[int, list[str]] = {}
        for phrase, codes in chain(synonyms.items(), _labelled(labels)):
            self._add(tuple(phrase.split()), codes)

    def _add(self, words: _Key, codes: frozenset[str]) -> None:
        if not 1 <= len(words) <= MOST_WORDS:
            return
        # "Detox from alcohol" is known as "detox alcohol" too; "in person" is not "person".
        short = self.without_small(words)
        for key in {_key(words), _key(short if len(short) > 1 else words)}:
            self._codes[key] = self._codes.get(key, frozenset()) | codes
        phrase = " ".join(words)
        if len(words) <= _MOST_WORDS_FORGIVEN and len(phrase) >= LEAST_LETTERS:
            alike = self._by_length.setdefault(len(phrase), [])
            if phrase not in alike:
                alike.append(phrase)

    def codes(self, words: Sequence[str]) -> frozenset[str]:
        """The terms that a whole phrase of folded words may mean; none if it is not known."""
        known = self._codes.get(_key(words))
        if known is None and len(short := self.without_small(words)) > 1:
            known = self._codes.get(_key(short))
        return known or frozenset()

    def without_small(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words but for those that carry no meaning in a search."""
        return tuple(word for word in words if word not in self._small)

    def general(self, unit: Unit) -> bool:
        """Whether a unit fits every entry of the directory: "center", or "drug treatment"."""
        if unit.codes:
            return unit.codes == _ANY_TREATMENT
        return all(normal_form(word) in self._general for word in unit.words)

    def similar(self, word: str) -> list[str]:
        """Known phrases of up to three words that a misspelt one may mean, the likeliest first.

        One letter added, dropped, changed or swapped is forgiven from 4 letters, two from 8.
        """
        typed = word[:LONGEST_TYPED]
        most = errors_forgiven(typed)
        if not most:
            return []
        lengths = range(len(typed) - most, len(typed) + most + 1)
        choices = chain.from_iterable(self._by_length.get(length, ()) for length in lengths)
        found = process.extract(
            typed, choices, scorer=_ERRORS, score_cutoff=most, limit=None, processor=None
        )
        ranked = sorted((int(errors), phrase) for phrase, errors, _ in found)
        return [phrase for _, phrase in ranked[:_MOST_SIMILAR]]


def read_query(text: str, phrases: Phrases) -> list[Unit]:
    """The units of a typed text, in order; every result must match each of them.

    The longest known phrase counts first. Small words are left out unless nothing else was typed;
    general words, and phrases of general words, are left out beside a phrase that says more.
    """
    # Cut before cleaning: ten megabytes would take seconds.
    typed = fold(clean(text[: LONGEST_TYPED * 4])[:LONGEST_TYPED])
    words = tuple(typed.split()[:MOST_TYPED_WORDS])
    units = list(_units(words, phrases))
    if not units:
        return [Unit((word,), frozenset()) for word in words]
    return _telling(units, phrases)


def _units(words: Sequence[str], phrases: Phrases) -> Iterator[Unit]:
    at = 0
    while at < len(words):
        length, codes = _longest(words[at : at + MOST_WORDS], phrases)
        here = words[at : at + length]
        content = phrases.without_small(here)
        if codes:
            yield Unit(content if len(content) > 1 else tuple(here), codes)
        elif content:
            yield Unit(content, codes)
        at += length


def _longest(words: Sequence[str], phrases: Phrases) -> tuple[int, frozenset[str]]:
    """The number of words of the longest phrase at the start, with its codes; 1 if none is."""
    for length in range(len(words), 0, -1):
        # A small word at either end belongs to the phrase only where the phrase is written so.
        if codes := phrases.codes(words[:length]):
            return length, codes
    return 1, frozenset()


def _telling(units: Sequence[Unit], phrases: Phrases) -> list[Unit]:
    """The units that say something, beside each other."""
    telling = [unit for unit in units if not phrases.general(unit)]
    if any(unit.codes for unit in telling):
        return telling
    if any(unit.codes for unit in units):
        return [unit for unit in units if unit.codes or not phrases.general(unit)]
    return list(units)


def _labelled(labels: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    for code, names in labels.items():
        for name in names:
            yield fold(name), frozenset((code,))


def _key(words: Collection[str]) -> _Key:
    return tuple(map(normal_form, words))
