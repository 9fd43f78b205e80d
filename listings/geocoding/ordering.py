"""Which of the places that fit a text come first while it is being typed."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.geocoding.known import LEAST_PEOPLE_ABROAD
from listings.geocoding.name_index import Mask, NameIndex, Whole
from listings.models.place import KNOWN_BY_OTHER_NAMES, Place

# A place at home is chosen before one abroad unless that has thirty times its people: with less,
# London and Paris crowd out what is near; with more they are never seen. A name that is not the
# place's own counts as little as if it lay abroad: Cincinnati was once called Fort Washington.
_HOME_COUNTS = 30.0
# Of many villages at home it is not known how many live there.
_AT_LEAST = 1_000
# Most people look for towns, and a county counts the people of all its towns.
_COUNTY_COUNTS = 0.1
_LARGE_TOWN = 100_000
_CITY_OF_A_MILLION = 1_000_000
# Shorter texts are rather the beginning of a name than a whole one.
_LEAST_LETTERS_OF_A_NAME = 4
# Of one place up to fifty names begin alike.
_MOST_NAMES = 1_024


class Hit(NamedTuple):
    """A place by its number in the index, and the name or postcode by which it was found.

    `at_home` is False as well for a small town of the home country that was found by another name
    than its own (see `PlaceQuerySet.preferring`).
    """

    number: int
    own_name: bool
    at_home: bool
    weight: float
    matched: str


class Ordering:
    """Orders the places of an index for people of one country."""

    def __init__(self, index: NameIndex, home_country: str) -> None:
        self.index = index
        self._home = index.countries == home_country
        self._town = index.kinds == Place.Kind.TOWN
        self._kind_counts = np.where(index.kinds == Place.Kind.COUNTY, _COUNTY_COUNTS, 1.0)
        self._known_by_other_names = index.at_least(KNOWN_BY_OTHER_NAMES)
        self._large = index.at_least(_LARGE_TOWN)
        self._known_abroad = index.at_least(LEAST_PEOPLE_ABROAD)

    def named(self, positions: Iterable[range], within: Mask | None = None) -> list[Hit]:
        """The places with the names at these positions, each once, the weightiest first."""
        return self._heaviest(positions, within, _MOST_NAMES, other_names_count=1.0)

    def begun(self, positions: Iterable[range], most: int, within: Mask | None = None) -> list[Hit]:
        """The same for names that only begin like the text; at most `most`."""
        return self._heaviest(positions, within, most, other_names_count=1 / _HOME_COUNTS)

    def _heaviest(
        self, positions: Iterable[range], within: Mask | None, most: int, other_names_count: float
    ) -> list[Hit]:
        spans = [np.arange(span.start, span.stop) for span in positions if span]
        if not spans:
            return []
        at = np.concatenate(spans)
        owners = self.index.name_owners[at]
        if within is not None:
            inside = within[self.index.group_of[owners >> 1]]
            at, owners = at[inside], owners[inside]
        at_home, weights = self._weights(owners, other_names_count)
        if len(at) > _MOST_NAMES:
            few = np.argpartition(-weights, _MOST_NAMES)[:_MOST_NAMES]
            at, owners, at_home, weights = at[few], owners[few], at_home[few], weights[few]
        hits: dict[int, Hit] = {}
        for which in np.lexsort((owners, -weights)).tolist():
            number, other = divmod(int(owners[which]), 2)
            if number not in hits:
                name = self.index.names.text(int(at[which]))
                hits[number] = Hit(
                    number, not other, bool(at_home[which]), float(weights[which]), name
                )
                if len(hits) == most:
                    break
        return list(hits.values())

    def _weights(self, owners: Whole, other_names_count: float) -> tuple[Mask, NDArray[np.float64]]:
        """At home or not, and the weight, for elements of `name_owners`."""
        numbers = owners >> 1
        own = owners & 1 == 0
        groups = self.index.group_of[numbers]
        well_known = numbers < self._known_by_other_names
        at_home = self._home[groups] & (own | well_known | ~self._town[groups])
        people = (self.index.prominence[numbers] + _AT_LEAST) * self._kind_counts[groups]
        counts = np.where(at_home, _HOME_COUNTS, 1.0) * np.where(own, 1.0, other_names_count)
        return at_home, people * counts

    def postcodes(self, positions: range, most: int, within: Mask | None = None) -> list[Hit]:
        """The postcode areas at these positions, those of the home country first."""
        owners = self.index.code_owners[positions.start : positions.stop]
        groups = self.index.group_of[owners]
        home = self._home[groups]
        fits = np.ones(len(groups), np.bool_) if within is None else within[groups]
        which = [*np.flatnonzero(home & fits)[:most], *np.flatnonzero(~home & fits)[:most]]
        return [
            Hit(int(owners[at]), True, bool(home[at]), 1.0, self.index.codes.text(positions[at]))
            for at in which[:most]
        ]

    def as_found(self, hits: Iterable[Hit]) -> list[Hit]:
        """Places of the very name that was typed, in the order in which `find_places` has them."""
        ordered = sorted(hits, key=lambda hit: (_rank(hit), hit.number))
        region = next((hit for hit in ordered if self._kind(hit) == Place.Kind.REGION), None)
        if region is None:
            return ordered
        cities = [hit for hit in ordered if self._is_large_town(hit, self._country(region))]
        others = [hit for hit in ordered if hit not in cities]
        start = others.index(region)
        return others[:start] + cities + others[start:]

    def chosen(self, exact: list[Hit], begun: list[Hit], most: int) -> list[Hit]:
        """The best of the places `as_found` and of those whose names only begin like the text.

        The former lead, unless they lie abroad and a place at home outweighs them; then come
        places of the home country, then the others, the weightiest first. The first of `exact` is
        never left out, and a large town abroad only for larger ones.
        """
        named = {hit.number for hit in exact}
        others = {hit.number: hit for hit in begun if hit.number not in named}
        leading = self._leading(exact, others.values())
        large = {hit.number for hit in exact if hit.own_name and hit.number < self._large}
        surely = {hit.number for hit in leading} | large
        chosen = sorted(
            [*exact[1:], *others.values()],
            key=lambda hit: (hit.number not in surely, -hit.weight, hit.number),
        )
        chosen = [*exact[:1], *chosen][:most]
        first = [hit for hit in leading if hit in chosen]
        return first + sorted((hit for hit in chosen if hit not in first), key=home_first)

    def _leading(self, exact: list[Hit], others: Iterable[Hit]) -> list[Hit]:
        heaviest = max((hit.weight for hit in others if hit.at_home), default=0.0)
        return [
            hit
            for hit in exact
            if hit.at_home
            or hit.weight > heaviest
            or (hit is exact[0] and self._is_name_abroad(hit))
        ]

    def _is_name_abroad(self, hit: Hit) -> bool:
        """Bonn, and not yet Bonney Lake; but "lon" is not yet London."""
        known = hit.own_name and hit.number < self._known_abroad
        return known and len(hit.matched) >= _LEAST_LETTERS_OF_A_NAME

    def _is_large_town(self, hit: Hit, country: str) -> bool:
        """New York and Washington are cities to most people who type so little."""
        enough = _LARGE_TOWN if hit.own_name else _CITY_OF_A_MILLION
        there = self._kind(hit) == Place.Kind.TOWN and self._country(hit) == country
        return there and hit.number < self.index.at_least(enough)

    def _kind(self, hit: Hit) -> str:
        return str(self.index.kinds[self.index.group_of[hit.number]])

    def _country(self, hit: Hit) -> str:
        return str(self.index.countries[self.index.group_of[hit.number]])


def home_first(hit: Hit) -> tuple[bool, float, int]:
    """Sorts places at home first, the weightiest first."""
    return not hit.at_home, -hit.weight, hit.number


def _rank(hit: Hit) -> int:
    """The order of `PlaceQuerySet.preferring`."""
    if not hit.at_home:
        return 2
    return 0 if hit.own_name else 1
