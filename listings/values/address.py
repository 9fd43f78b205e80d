"""Postal addresses: how sources write them, and keys under which two ways of writing are one.

Street words follow USPS Publication 28, appendix C (the common ones).
"""

import re

from listings.values.text import fold

_WORDS = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "drive": "dr",
    "road": "rd", "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy",
    "parkway": "pkwy", "terrace": "ter", "circle": "cir", "suite": "ste", "building": "bldg",
    "floor": "fl", "apartment": "apt", "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw", "saint": "st",
    "mount": "mt", "fort": "ft", "first": "1st", "second": "2nd", "third": "3rd",
    "turnpike": "tpke", "route": "rte", "trail": "trl",
    "plaza": "plz", "center": "ctr", "centre": "ctr",
}  # fmt: skip
_LEGAL = {"inc", "incorporated", "llc", "ltd", "corp", "corporation", "co", "pc", "pllc", "the"}
_US_ZIP = re.compile(r"^(\d{3,5})(?:-?(\d{4}))?$")


def street_key(*parts: str) -> str:
    """Key of a street address: equal for "12 North Main Street" and "12 N. Main St."."""
    words = fold(" ".join(part for part in parts if part)).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def address_key(postcode: str, street: str, withheld: bool) -> str:
    """Key of a whole address, 360 characters at most; empty where nothing can be compared.

    Two withheld addresses of one postcode agree: with a name or a number they are one place.
    """
    key = "(withheld)" if withheld else street_key(street)
    return f"{postcode} {key}"[:360] if key and postcode else ""


def name_key(*parts: str) -> str:
    """Key of an organisation's name: case, accents, punctuation and legal forms do not count."""
    words = fold(" ".join(part for part in parts if part)).split()
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words)


def us_zip(text: str) -> str:
    """A US ZIP code of five digits from what spreadsheets left of it ("6103" is 06103).

    The four digits of ZIP+4 are dropped. Raises ValueError when it cannot be one.
    """
    found = _US_ZIP.fullmatch(text.strip().removesuffix(".0"))
    if not found:
        raise ValueError(f"“{text[:20]}” is not a US ZIP code; it needs five digits.")
    return found.group(1).zfill(5)


def is_withheld(street: str) -> bool:
    """Whether a source wrote dashes for a street, as SAMHSA does for addresses not published."""
    return bool(street.strip()) and not re.search(r"\w", street)
