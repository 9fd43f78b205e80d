"""What a person may mean by the words typed into a place field (pure text, no look-ups)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from listings.geocoding.rows import normal_postcode
from listings.values.text import clean, fold_place

LONGEST_TYPED = 200
"""Letters that are looked at; no place of the gazetteer has a longer name."""

_ZIP = re.compile(r"(?<![\w-])(\d{5})(?:[- ]?\d{4})?(?![\w-])", re.ASCII)
# Full postcodes of which open data has only the first part, and their country.
_FULL_POSTCODES = (
    (re.compile(r"^([A-Z][A-Z\d]{1,3})\d[A-Z]{2}$"), "GB"),
    (re.compile(r"^([A-Z]\d[A-Z])\d[A-Z]\d$"), "CA"),
    (re.compile(r"^([A-Z]\d[\dW])[A-Z\d]{4}$"), "IE"),
    (re.compile(r"^(\d{4})[A-Z]{2}$"), "NL"),
)
_LONGEST_POSTCODE = 10
_MOST_PARTS = 5
_SHORTEST_NUMBER = 3


def cleaned(text: str) -> str:
    """The text as it may be shown again: without control characters, at most 200 letters."""
    # Cut first: cleaning ten megabytes would take longer than looking the place up.
    return clean(text[: LONGEST_TYPED * 4])[:LONGEST_TYPED]


def zip_code(typed: str) -> str | None:
    """The five digits of a ZIP code or ZIP+4 anywhere in the text; the last one counts.

    House numbers stand before the town, ZIP codes after it.
    """
    found = _ZIP.findall(typed)
    return found[-1] if found else None


def without_zip(typed: str) -> str:
    """The text around a ZIP code."""
    return _ZIP.sub(" ", typed)


class Postcode(NamedTuple):
    """A normalised postcode and, where its shape tells, its country."""

    code: str
    country: str = ""


def postcodes(typed: str) -> list[Postcode]:
    """Postcodes of any country that the text may hold, the likeliest first.

    A full British, Canadian, Dutch or Irish postcode is followed by its first part, which is all
    that open data has: SW1A 1AA is also SW1A.
    """
    words = typed.split()
    whole = normal_postcode(typed)
    candidates = [*_parts_of(whole)] if len(whole) <= _LONGEST_POSTCODE else []
    if len(words) > 1:
        groups = ("".join(words[-2:]), words[-1], "".join(words[:2]), words[0])
        for group in groups:
            code = normal_postcode(group)
            # A number alone before other words is more often a house than a postcode.
            if not code.isdigit() and len(code) <= _LONGEST_POSTCODE:
                candidates += _parts_of(code)
    return list(dict.fromkeys(candidates))


def _parts_of(code: str) -> Iterator[Postcode]:
    if not code.isascii() or not any(letter.isdigit() for letter in code):
        return
    if code.isdigit() and len(code) < _SHORTEST_NUMBER:
        return
    yield Postcode(code)
    for shape, country in _FULL_POSTCODES:
        for first_part in shape.findall(code):
            yield Postcode(first_part, country)


def words_of(typed: str) -> list[str]:
    """The folded words of the text."""
    return fold_place(typed).split()


def partial_readings(typed: str) -> Iterator[list[str]]:
    """Readings that leave a part out, for text with two commas or more: words of each.

    "Hartford, Hartford County, CT" is tried as Hartford CT, and so is "12 Main St, Hartford, CT".
    """
    parts = _parts(typed)
    if len(parts) > 2:
        yield words_of(f"{parts[0]} {parts[-1]}")
    for start in range(1, len(parts) - 1):
        yield words_of(" ".join(parts[start:]))


def single_parts(typed: str) -> Iterator[list[str]]:
    """The words before the first comma, then those behind the last; none without a comma."""
    parts = _parts(typed)
    if len(parts) > 1:
        yield words_of(parts[0])
        yield words_of(parts[-1])


def _parts(typed: str) -> list[str]:
    return [part for part in typed.split(",") if words_of(part)][:_MOST_PARTS]
