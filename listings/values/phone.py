"""Telephone numbers: what sources write, as E.164 and as people read it.

Source of the rules: ITU-T E.164, through Google's libphonenumber (package phonenumberslite).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

# "303-467-2624 x173", "… ext. 173": how SAMHSA's directory and spreadsheets write extensions.
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|extension)\s*(\d{1,7})\s*$", re.IGNORECASE)
_SHORT_CODE = re.compile(r"^\d{3,6}$")


class PhoneError(ValueError):
    """The text is no telephone number; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number.

    ``number`` is E.164 ("+18605550100") or a national short code ("988"); ``extension`` is digits
    or empty.
    """

    number: str
    extension: str = ""

    @property
    def tel(self) -> str:
        """The number as a ``tel:`` URI (RFC 3966), extension included."""
        return f"tel:{self.number}" + (f";ext={self.extension}" if self.extension else "")

    @property
    def display(self) -> str:
        """The number as people of its country write it."""
        text = _written(self.number)
        return f"{text} ext. {self.extension}" if self.extension else text


@lru_cache(4096)
def _written(number: str) -> str:
    """A number, or short code, without extension; the package takes its time for each."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    if parsed.country_code == 1:
        return phonenumbers.format_number(parsed, national)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def parse_phone(text: str, country: str = "US") -> PhoneNumber:
    """Read a number as typed or published; letters ("813-630-HOPE") count as digits.

    Raises PhoneError when it is not a possible number of ``country`` (ISO 3166 two letters).
    """
    typed = text.strip()
    if _SHORT_CODE.fullmatch(typed):
        return PhoneNumber(typed)
    extension = ""
    if found := _EXTENSION.search(typed):
        extension, typed = found.group(1), typed[: found.start()]
    try:
        parsed = phonenumbers.parse(phonenumbers.convert_alpha_characters_in_number(typed), country)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(f"“{text[:40]}” is not a telephone number.") from error
    if not phonenumbers.is_possible_number(parsed):
        raise PhoneError(f"“{text[:40]}” has too few or too many digits for a telephone number.")
    extension = extension or (parsed.extension or "")
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return PhoneNumber(e164, extension)
