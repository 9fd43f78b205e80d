"""Names of places that resemble a misspelt one.

A list of folded names in memory (a few megabytes), read from the table at the first misspelling
and again when the table has changed: trigrams in the database would take longer and would work on
one of the two databases only.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from django.db import connection
from django.db.models import Max, Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from listings.models.place import Place, PlaceSet

LEAST_PEOPLE_ABROAD = 15_000
_LEAST_LETTERS = 4
_TWO_ERRORS_FROM = 8
_MOST_NAMES = 12

_Key = tuple[object, ...]


@dataclass(frozen=True)
class Similar:
    """A name and how many letters must be added, dropped, changed or swapped to reach it."""

    name: str
    errors: int


class SimilarNames:
    """Names by length, for one country as home."""

    def __init__(self, names: list[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in names:
            self._by_length[len(name)].append(name)

    def to(self, name: str) -> list[Similar]:
        """The most similar names, nearest first: one error from 4 letters, two from 8."""
        if len(name) < _LEAST_LETTERS:
            return []
        most = 2 if len(name) >= _TWO_ERRORS_FROM else 1
        lengths = range(len(name) - most, len(name) + most + 1)
        choices = chain.from_iterable(self._by_length.get(length, ()) for length in lengths)
        found = process.extract(
            name, choices, scorer=OSA.distance, score_cutoff=most, limit=_MOST_NAMES, processor=None
        )
        return [Similar(similar, int(errors)) for similar, errors, _ in found]


_kept: dict[str, tuple[_Key, SimilarNames]] = {}
_lock = Lock()


def similar_names(home_country: str) -> SimilarNames:
    """All names of the home country; elsewhere those of towns of 15,000 people and more."""
    key = _table_state()
    kept = _kept.get(home_country)
    if kept and kept[0] == key:
        return kept[1]
    with _lock:
        kept = _kept.get(home_country)
        if not kept or kept[0] != key:
            # Only the site's own country is ever asked for; a second one replaces it.
            _kept.clear()
            kept = _kept[home_country] = (key, SimilarNames(_read_names(home_country)))
        return kept[1]


def _table_state() -> _Key:
    """Changes whenever places were loaded or added, and between databases."""
    sets = PlaceSet.objects.order_by("name").values_list("name", "content_hash")
    newest = Place.objects.aggregate(newest=Max("pk"))["newest"]
    return (connection.settings_dict["NAME"], newest, *sets)


def _read_names(home_country: str) -> list[str]:
    known = Q(country=home_country) | Q(prominence__gte=LEAST_PEOPLE_ABROAD)
    towns = Place.objects.towns().filter(known)
    others = Place.objects.filter(
        kind__in=[Place.Kind.COUNTY, Place.Kind.REGION, Place.Kind.COUNTRY]
    )
    return sorted(
        {
            *towns.values_list("name_folded", flat=True),
            *others.values_list("name_folded", flat=True),
        }
    )
