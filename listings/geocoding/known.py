"""Names kept in memory: of regions and countries, and those that a misspelt name may mean.

A few megabytes, read from the table at the first look-up (a fifth of a second) and again when the
table has changed. Trigrams in the database would take longer, and work on PostgreSQL only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, Subquery
from rapidfuzz import process
from rapidfuzz.distance import OSA

from listings.models.place import Place, PlaceName, PlaceSet

LEAST_PEOPLE_ABROAD = 15_000
_LEAST_LETTERS = 4
_TWO_ERRORS_FROM = 8
_MOST_NAMES = 12
# rapidfuzz's own types do not fit each other here.
_ERRORS: Any = OSA.distance


class Area(NamedTuple):
    """A region, or with an empty code a whole country."""

    country: str
    region_code: str

    def holds(self) -> Q:
        """Condition for the places inside.

        "New York, NY" is the city: a region does not lie inside itself.
        """
        there = Q(country=self.country)
        if self.region_code:
            there &= Q(region_code=self.region_code) & ~Q(kind=Place.Kind.REGION)
        return there


class SimilarNames:
    """Finds the names that resemble a misspelt one."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in sorted(set(names)):
            self._by_length[len(name)].append(name)

    def to(self, name: str) -> dict[str, int]:
        """The most similar names and their errors: letters added, dropped, changed or swapped.

        One error is forgiven from 4 letters, two from 8.
        """
        if len(name) < _LEAST_LETTERS:
            return {}
        most = 2 if len(name) >= _TWO_ERRORS_FROM else 1
        lengths = range(len(name) - most, len(name) + most + 1)
        choices = chain.from_iterable(self._by_length.get(length, ()) for length in lengths)
        found = process.extract(
            name, choices, scorer=_ERRORS, score_cutoff=most, limit=_MOST_NAMES, processor=None
        )
        return {similar: int(errors) for similar, errors, _ in found}


@dataclass(frozen=True)
class KnownNames:
    """Areas by folded name or code (CA is California as well as Canada), and similar names."""

    areas: dict[str, list[Area]]
    similar_areas: SimilarNames
    similar_places: SimilarNames


TableState = tuple[str, int | None, str | None]
_kept: dict[str, tuple[TableState, KnownNames]] = {}
_lock = Lock()


def known_names(home_country: str) -> KnownNames:
    """All names of the home country; elsewhere those of towns of 15,000 people and more."""
    state = table_state()
    kept = _kept.get(home_country)
    if kept and kept[0] == state:
        return kept[1]
    with _lock:
        kept = _kept.get(home_country)
        if not kept or kept[0] != state:
            # Only the site's own country is ever asked for; a second one replaces it.
            _kept.clear()
            kept = _kept[home_country] = (state, _read(home_country))
        return kept[1]


def table_state() -> TableState:
    """Changes whenever places were loaded or added, and between databases."""
    last_load = PlaceSet.objects.order_by("-loaded_at", "-pk").values("content_hash")[:1]
    newest = Place.objects.annotate(load=Subquery(last_load)).order_by("-pk")
    pk, load = newest.values_list("pk", "load").first() or (None, None)
    return (str(connection.settings_dict["NAME"]), pk, load)


def _read(home_country: str) -> KnownNames:
    areas = _read_areas()
    known = Q(country=home_country) | Q(prominence__gte=LEAST_PEOPLE_ABROAD)
    towns = Place.objects.towns().filter(known)
    counties = Place.objects.filter(kind=Place.Kind.COUNTY)
    return KnownNames(
        areas,
        SimilarNames(areas),
        SimilarNames(
            [
                *areas,
                *towns.values_list("name_folded", flat=True),
                *counties.values_list("name_folded", flat=True),
            ]
        ),
    )


def _read_areas() -> dict[str, list[Area]]:
    areas: dict[str, list[Area]] = defaultdict(list)
    columns = ("name_folded", "country", "region_code")
    for name, country, region_code in Place.objects.areas().values_list(*columns):
        areas[name].append(Area(country, region_code))
    other = PlaceName.objects.filter(place__in=Place.objects.areas())
    columns = ("name_folded", "place__country", "place__region_code")
    for name, country, region_code in other.values_list(*columns):
        areas[name].append(Area(country, region_code))
    return dict(areas)
