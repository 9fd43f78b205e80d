"""Which of the other names in GeoNames are worth keeping."""

import unicodedata
from collections.abc import Iterable

from listings.values.text import clean, fold_place

LEAST_PEOPLE = 15_000
_LONGEST = 60


def other_names(name: str, alternates: Iterable[str]) -> tuple[str, ...]:
    """Alternate names in Latin or Cyrillic script that fold to something new.

    Names with digits, brackets or separators are codes and remarks; they are left out.
    """
    seen = {fold_place(name)}
    kept = []
    for alternate in alternates:
        text = clean(alternate)
        folded = fold_place(text)
        if len(folded) > 1 and folded not in seen and _is_name(text):
            seen.add(folded)
            kept.append(text)
    return tuple(kept)


def _is_name(text: str) -> bool:
    if len(text) > _LONGEST or any(letter.isdigit() or letter in "|,;()[]/\t" for letter in text):
        return False
    scripts = {_script(letter) for letter in text if letter.isalpha()}
    return scripts in ({"LATIN"}, {"CYRILLIC"})


def _script(letter: str) -> str:
    # Modifier letters (ʻ) stand in Latin names for the glottal stop.
    word = unicodedata.name(letter, "").partition(" ")[0]
    return "LATIN" if word == "MODIFIER" else word
