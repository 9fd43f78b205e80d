"""Addresses written in one line, US and Canadian style, taken apart as far as that is certain."""

import re
from dataclasses import dataclass
from typing import Final

from listings.values.states import REGION_NAMES
from listings.values.text import clean, fold

_COUNTRIES: Final = {
    "us": "US", "usa": "US", "united states": "US", "united states of america": "US",
    "ca": "CA", "can": "CA", "canada": "CA", "gb": "GB", "uk": "GB", "united kingdom": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "ie": "IE", "ireland": "IE",
    "au": "AU", "australia": "AU", "nz": "NZ", "new zealand": "NZ", "mx": "MX", "mexico": "MX",
    "puerto rico": "US",
}  # fmt: skip

_CODES: Final = {
    country: {
        fold(word): code for code, name in REGION_NAMES[country].items() for word in (code, name)
    }
    for country in ("US", "CA")
}
_POSTCODES: Final = {
    "US": re.compile(r"[ ,]\s*(\d{5})(?:-\d{4})?$"),
    "CA": re.compile(r"[ ,]\s*([A-Z]\d[A-Z] ?\d[A-Z]\d)$", re.IGNORECASE),
}
_COUNTRY_AT_END = re.compile(
    r"(?:^|[ ,]\s*)(USA|U\.S\.A\.|US|United States(?: of America)?|Canada)$", re.IGNORECASE
)
_STREET_THEN_CITY = re.compile(
    r"(\d.*\b(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Blvd|Boulevard|Ln|Lane|Way|Ct|Court|Pl|Place|"
    r"Pkwy|Parkway|Hwy|Highway)\.?)\s+([A-Z][\w.' -]+)"
)
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """Parts of an address; empty where the text does not tell. ``site`` is a building's name."""

    site: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


def country_code(text: str) -> str:
    """ISO 3166 two-letter code of a country as feeds write it, or ""."""
    words = fold(text)
    if words in _COUNTRIES:
        return _COUNTRIES[words]
    return text.strip().upper() if re.fullmatch(r"\s*[A-Z]{2}\s*", text) else ""


def region_code(text: str, country: str) -> str:
    """The postal code of a US state or Canadian province; other regions as written."""
    return _CODES.get(country, {}).get(fold(text), clean(text))


def read_address(text: str) -> WrittenAddress:
    """Take apart "Site, 12 Mill Street, Suite 2, Easton, Maryland 21601, USA" from its end.

    What stands before the house number is the site's name. A text whose country is neither the
    United States nor Canada keeps only its country.
    """
    written = clean(text)[:_LONGEST].strip(" ,")
    country, rest = _country(written)
    if country not in _POSTCODES:
        return WrittenAddress(country=country)
    postcode = ""
    if found := _POSTCODES[country].search(rest):
        postcode, rest = found.group(1).upper(), rest[: found.start()].rstrip(" ,")
    region, rest = _region(rest, country)
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    site, street, city = _site_street_city(parts)
    return WrittenAddress(site, street, city, region, postcode, country)


def _country(written: str) -> tuple[str, str]:
    if found := _COUNTRY_AT_END.search(written):
        code = country_code(found.group(1).replace(".", ""))
        return code, written[: found.start()].rstrip(" ,")
    last = written.rpartition(",")[2].strip()
    for country, pattern in _POSTCODES.items():
        state = pattern.sub("", f" {last}").strip()
        # Without a country, only the capital codes are sure: Georgia is a country too.
        if (state != last or state.isupper()) and fold(state) in _CODES[country]:
            return country, written
    return country_code(last) if len(last) > 2 else "", written


def _region(rest: str, country: str) -> tuple[str, str]:
    """Region code and what stands before it; the longest name that fits at the end wins."""
    words = rest.replace(",", " , ").split()
    for count in (4, 3, 2, 1):
        last = words[-count:]
        code = _CODES[country].get(fold(" ".join(last))) if "," not in last else None
        if code and len(last) == count and (len(fold(last[-1])) > 2 or last[-1].isupper()):
            before = " ".join(words[:-count]).replace(" ,", ",")
            return code, before.rstrip(" ,")
    return "", rest


def _site_street_city(parts: list[str]) -> tuple[str, str, str]:
    house = next((place for place, part in enumerate(parts) if re.match(r"\d", part)), None)
    if house is None:
        return ", ".join(parts[:-1]), "", parts[-1] if parts else ""
    site, rest = ", ".join(parts[:house]), parts[house:]
    if len(rest) > 1:
        return site, ", ".join(rest[:-1]), rest[-1]
    if found := _STREET_THEN_CITY.fullmatch(rest[0]):
        return site, found.group(1), found.group(2)
    return site, rest[0], ""
