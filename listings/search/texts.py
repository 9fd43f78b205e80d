"""What the words of a search mean in today's catalogue: words, phrases, corrected spelling."""

from dataclasses import dataclass
from functools import lru_cache

from listings.search.index import Index
from listings.search.phrases import Phrases, Unit, read_query
from listings.search.vocabulary import Vocabulary
from listings.taxonomy.synonyms import synonyms


@dataclass(frozen=True, slots=True)
class Reading:
    """The units that every result must match; which words were corrected, which nobody has."""

    units: tuple[Unit, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def read_text(text: str, index: Index, words: Vocabulary) -> Reading:
    """Read what was typed; a word that nothing has is taken for the likeliest similar one."""
    if not text.strip():
        return Reading()
    phrases = phrases_of(words)
    units: list[Unit] = []
    corrected, unknown = [], []
    for unit in read_query(text, phrases):
        if unit.codes:
            units.append(unit)
            continue
        for word in unit.words:
            if index.has_word(word):
                units.append(Unit((word,), _begun(word, index, phrases)))
            elif meant := _meant(word, index, phrases):
                corrected.append((word, meant))
                units += read_query(meant, phrases)
            else:
                unknown.append(word)
                units.append(Unit((word,), frozenset()))
    return Reading(tuple(units), tuple(corrected), tuple(unknown))


def _begun(word: str, index: Index, phrases: Phrases) -> frozenset[str]:
    """The terms of a phrase that is not yet typed to its end: "methadon" is methadone as well."""
    if index.has_word(word, whole=True):
        return frozenset()
    similar = next(iter(phrases.similar(word)), "")
    return phrases.codes(similar.split()) if similar.startswith(word) else frozenset()


def _meant(word: str, index: Index, phrases: Phrases) -> str | None:
    return next(iter([*phrases.similar(word), *index.similar_words(word)]), None)


@lru_cache(maxsize=2)
def phrases_of(words: Vocabulary) -> Phrases:
    """The synonyms and labels of the terms that people may filter by."""
    shown = {code: term for code, term in words.by_code.items() if term.filterable}
    known = {phrase: kept for phrase, codes in synonyms().items() if (kept := codes & shown.keys())}
    labels = {code: {term.label, term.shown_label} for code, term in shown.items()}
    return Phrases(known, labels)
