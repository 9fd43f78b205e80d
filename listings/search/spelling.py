"""One word, written in the ways people write it: number, British, abbreviated, Russian cases.

Rough on purpose. A wrong form costs a look-up that finds nothing; a dictionary of three languages
would cost megabytes and still not know the names of clinics.
"""

import re

LEAST_LETTERS = 4
"""Shorter words are not compared with others for typing errors."""
TWO_ERRORS_FROM = 8
"""Letters from which two errors are forgiven; below it is one."""

# British spellings, and abbreviations of the registers, by the usual American word.
_VARIANTS = {
    "anesthesia": ("anaesthesia",), "behavior": ("behaviour",), "color": ("colour",),
    "behavioral": ("behavioural", "behav"), "center": ("centre", "ctr"), "community": ("comm",),
    "counseling": ("counselling", "csl"), "counselor": ("counsellor",), "county": ("cnty",),
    "fort": ("ft",), "harbor": ("harbour",), "health": ("hlth",),
    "hospital": ("hosp",), "license": ("licence",), "licensed": ("licenced",), "medical": ("med",),
    "mount": ("mt",), "neighborhood": ("neighbourhood",), "outpatient": ("outpt",),
    "pediatric": ("paediatric",), "program": ("programme", "prog"), "rehabilitation": ("rehab",),
    "saint": ("st",), "service": ("serv",), "treatment": ("trt",), "university": ("univ",),
}  # fmt: skip
_USUAL = {variant: usual for usual, variants in _VARIANTS.items() for variant in variants}
_SHORTEST_SINGULAR = 3
_SHORTEST_PLURAL = 5
# Endings of Russian nouns and adjectives, the longest first; three letters of the stem stay.
_RUSSIAN_ENDING = re.compile(
    "(?<=[а-я]{3})(?:иями|ями|ами|ыми|ими|иях|иям|ией|ием|ого|его|ому|ему|ях|ах|ям|ам|ей|ой|ый|ий"
    "|ем|ом|ым|им|ых|их|ые|ие|ая|яя|ую|юю|ое|ее|ия|ии|ию|ью|ов|ев|[аяоеиыуюьй])$"
)
_ADDS_ES = ("ss", "x", "ch", "sh")


def errors_forgiven(word: str) -> int:
    """Letters that may be added, dropped, changed or swapped: 0, 1 or 2 by the word's length."""
    if len(word) < LEAST_LETTERS:
        return 0
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def normal_form(word: str) -> str:
    """The form in which a folded word is compared with those of known phrases.

    English words in the singular, American and in full, Russian ones without their ending.
    """
    if not word.isascii():
        return _RUSSIAN_ENDING.sub("", word)
    single = _singular(word)
    return _USUAL.get(single, single)


def spellings(word: str) -> tuple[str, ...]:
    """The folded word and its other spellings: singular, plural, British, abbreviated.

    A name such as St Joseph's folds to "josephs", so this finds it for "joseph" as well.
    """
    single = _singular(word)
    usual = _USUAL.get(single, single)
    singles = (single, usual, *_VARIANTS.get(usual, ()))
    plurals = (_plural(one) for one in singles if one.isascii() and one.isalpha())
    return tuple(dict.fromkeys((word, *singles, *plurals)))


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    stem = word[:-2]
    return stem if word.endswith("es") and stem.endswith(_ADDS_ES) else word[:-1]


def _plural(word: str) -> str:
    if len(word) < _SHORTEST_SINGULAR:
        return word
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", *_ADDS_ES)) else f"{word}s"
