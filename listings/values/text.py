"""Text as people type it, made comparable."""

import re
import unicodedata

# Letters that Unicode does not decompose, as readers without that keyboard write them.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ĸ": "k",
        "ə": "e",
    }
)
# A breve or diaeresis that makes another letter of the alphabet (й is not и) is kept; ё is
# written е by most people, so that one goes with the other marks.
_CYRILLIC_LETTERS = (("и\u0306", "й"), ("у\u0306", "ў"), ("і\u0308", "ї"))
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02bb\u02b9\u02ba`\u00b4\u2032]")
_NOT_WORD = re.compile(r"[\W_]+")
_UMLAUT_DIGRAPH = re.compile("(?:[ao]|(?<!q)u)e")

_INITIALS = re.compile(r"\b[^\W\d_](?: [^\W\d_]\b)+")
_PLACE_WORDS = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}

# Bidirectional controls can make a name read backwards; zero-width marks hide in pasted text.
# The joiners U+200C and U+200D stay: Persian spelling and emoji need them.
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """Text safe to store and show: no NUL, control, lone surrogate or direction characters.

    White space of any kind collapses to single spaces.
    """
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub("", text)).split())


def fold(text: str) -> str:
    """Lower-case words without marks and punctuation, one space between them.

    Latin letters lose their marks (é is e, ø is o, ß is ss), Cyrillic ё becomes е while й, ў and
    ї stay. Apostrophes vanish (O'Fallon is ofallon), other punctuation becomes a space.
    Folding twice changes nothing.
    """
    text = text.lower() if text.isascii() else _without_marks(text)
    return _NOT_WORD.sub(" ", _APOSTROPHES.sub("", text)).strip()


def _without_marks(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LETTERS)
    for decomposed, letter in _CYRILLIC_LETTERS:
        text = text.replace(decomposed, letter)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", text)


def fold_variants(text: str) -> tuple[str, ...]:
    """The folded text and, when it differs, its reading without German ae, oe, ue.

    A name stored as München folds to "munchen"; someone who types Muenchen means the same.
    """
    folded = fold(text)
    plain = _UMLAUT_DIGRAPH.sub(lambda match: match.group()[0], folded)
    return (folded,) if plain == folded else (folded, plain)


def fold_place(text: str) -> str:
    """`fold` for names of places, with their abbreviations made alike.

    Saint is st, Sainte ste, Fort ft, Mount mt; letters that stand alone are joined, so that
    "Washington, D.C." and "Washington DC" are one name. Folding twice changes nothing.
    """
    words = _INITIALS.sub(lambda match: match.group().replace(" ", ""), fold(text)).split()
    return " ".join(_PLACE_WORDS.get(word, word) for word in words)
