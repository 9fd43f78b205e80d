"""Public names of places in addresses of pages: unique, and the same on every build."""

import re

from listings.values.text import fold

_NOT_SLUG = re.compile("[^a-z0-9]+")
_LONGEST_NAME = 90


def slug_of(name: str) -> str:
    """A name in small Latin letters and hyphens; empty when it has no Latin letter or digit."""
    return _NOT_SLUG.sub("-", fold(name)).strip("-")[:_LONGEST_NAME].strip("-")


class Slugs:
    """Gives each place the first of its candidates that nobody has yet."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, *candidates: str) -> str:
        """The first free candidate, now taken. Raises ValueError when none is free."""
        for candidate in candidates:
            if candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
        raise ValueError(f"None of {candidates} is free.")

    def town(self, name: str, country: str, region: str, geonameid: int) -> str:
        """`hartford-ct` in the United States, `paris-fr` elsewhere.

        Ask for the most populous town first: it gets the plain slug, later ones of the same name
        get the region's code, then the GeoNames number.
        """
        plain = slug_of(name) or f"place-{geonameid}"
        if country == "US":
            end = region.lower() or "us"
            return self.take(f"{plain}-{end}", f"{plain}-{end}-us", f"{plain}-{geonameid}-{end}-us")
        end = country.lower()
        inner = slug_of(region) or str(geonameid)
        return self.take(f"{plain}-{end}", f"{plain}-{inner}-{end}", f"{plain}-{geonameid}-{end}")
