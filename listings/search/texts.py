"""What the words of a search mean in today's catalogue: words, phrases, corrected spelling."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from rapidfuzz.distance import OSA

from listings.search.index import Index
from listings.search.phrases import Phrases, Unit, read_query
from listings.search.vocabulary import Vocabulary
from listings.taxonomy.synonyms import synonyms

LEAST_OF_LAST_WORD = 3
LEAST_OF_OTHER_WORDS = 4
"""Letters from which a word may be the beginning of a longer one."""
MOST_CORRECTED = 4
"""Words of one text that are compared with all that are known; each takes milliseconds."""
# rapidfuzz's own types do not fit each other here.
_errors: Any = OSA.distance


@dataclass(frozen=True, slots=True)
class Reading:
    """The units that every result must match; which words were corrected; what nobody has."""

    units: tuple[Unit, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def read_text(text: str, index: Index, words: Vocabulary) -> Reading:
    """Read what was typed.

    A word that nothing has is taken for the likeliest similar one. What no listing has at all is
    left out, beside something that one has: "my daughter is struggling with pills".
    """
    if not text.strip():
        return Reading()
    phrases = phrases_of(words)
    units = read_query(text, phrases)
    strange = [
        word for unit in units if not unit.codes for word in unit.words if not index.has_word(word)
    ]
    corrected = {
        word: meant for word in strange[:MOST_CORRECTED] if (meant := _meant(word, index, phrases))
    }
    if corrected:
        again = [corrected.get(word, word) for unit in units for word in unit.words]
        units = read_query(" ".join(again), phrases)
    sought = [_sought(unit, unit is units[-1], index, phrases) for unit in units]
    known = [unit for unit in sought if _has(index, unit, words)]
    unknown = [" ".join(unit.words) for unit in sought if unit not in known]
    return Reading(tuple(known or sought), tuple(corrected.items()), tuple(unknown))


def _sought(unit: Unit, is_last: bool, index: Index, phrases: Phrases) -> Unit:
    """The unit with what its last word may be the beginning of; "na" is not half the country."""
    last = unit.words[-1]
    least = LEAST_OF_LAST_WORD if is_last else LEAST_OF_OTHER_WORDS
    if unit.codes or len(last) < least:
        return unit
    whole = index.has_word(last, whole=True)
    if whole and not is_last:
        return unit
    return unit._replace(begins=True, codes=frozenset() if whole else _begun(last, phrases))


def _begun(word: str, phrases: Phrases) -> frozenset[str]:
    """The terms of a phrase that is not yet typed to its end: "methadon" is methadone as well."""
    similar = next(iter(phrases.similar(word)), "")
    return phrases.codes(similar.split()) if similar.startswith(word) else frozenset()


def _has(index: Index, unit: Unit, words: Vocabulary) -> bool:
    bits = [words.bits[code][1] for code in unit.codes if code in words.bits]
    if any(index.has_term(bit) for bit in bits):
        return True
    return all(index.has_word(word, whole=not unit.begins) for word in unit.words)


def _meant(word: str, index: Index, phrases: Phrases) -> str | None:
    """The known phrase or word with the fewest errors; phrases first among equals."""
    similar = [*phrases.similar(word), *index.similar_words(word)]
    return min(similar, key=partial(_errors, word), default=None)


@lru_cache(maxsize=2)
def phrases_of(words: Vocabulary) -> Phrases:
    """The synonyms and labels of the terms that people may filter by."""
    shown = {code: term for code, term in words.by_code.items() if term.filterable}
    known = {phrase: kept for phrase, codes in synonyms().items() if (kept := codes & shown.keys())}
    labels = {code: {term.label, term.shown_label} for code, term in shown.items()}
    return Phrases(known, labels)
