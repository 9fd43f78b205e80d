"""From typed words to places: postcodes first, then names, then names that resemble.

The words never leave this process and are never logged.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from django.db.models import Q

from listings.geocoding import typed as reading
from listings.geocoding.similar import similar_names
from listings.models.place import Place, PlaceQuerySet
from listings.values.text import fold_variants

Kind = Literal["exact", "fuzzy", "none"]

# A text of nothing but area names (“ca ca ca …”) has many readings; a real one needs four.
_MOST_LOOKUPS = 8
_MOST_AREA_WORDS = 4
_LAST_WORDS = 10
_CITY_OF_A_MILLION = 1_000_000
_LARGE_TOWN = 100_000


class PlaceMatches(NamedTuple):
    """Places meant by what was typed, the likeliest first.

    `kind` is exact when every word was understood, fuzzy when a spelling was corrected or words
    were left out, none when nothing was found. `typed` is what to show again.
    """

    matches: tuple[Place, ...]
    kind: Kind
    typed: str


def find_places(text: str, home_country: str = "US", limit: int = 20) -> PlaceMatches:
    """The places that `text` may mean; never raises, whatever was typed.

    Places of the home country come first, then the most populous.
    """
    shown = reading.cleaned(text)
    for kind, places in _Finder(shown, home_country, limit).attempts():
        if places:
            return PlaceMatches(tuple(places), kind, shown)
    return PlaceMatches((), "none", shown)


class _Finder:
    """One look-up; counts its readings so that no text can make it slow."""

    def __init__(self, shown: str, home: str, limit: int) -> None:
        self.shown = shown
        self.home = home
        self.limit = limit
        self.zip_code = reading.zip_code(shown)
        self.words = reading.words_of(reading.without_zip(shown) if self.zip_code else shown)
        self.lookups = 0

    def attempts(self) -> Iterator[tuple[Kind, list[Place]]]:
        yield "exact", self.by_postcode()
        if not self.words:
            return
        # What is left of a text with an unknown ZIP code was not understood as a whole.
        yield "fuzzy" if self.zip_code else "exact", self.by_name(self.words)
        for words in reading.partial_readings(self.shown):
            yield "fuzzy", self.by_name(words)
        yield "fuzzy", self.by_similar_name()
        yield "fuzzy", self.by_similar_area()
        for words in reading.single_parts(self.shown):
            yield "fuzzy", self.by_name(words)

    def first(self, places: PlaceQuerySet, name: str = "") -> list[Place]:
        return list(places.preferring(self.home, name)[: self.limit])

    def by_postcode(self) -> list[Place]:
        if self.zip_code:
            return self.by_zip_code(self.zip_code)
        candidates = reading.postcodes(self.shown)
        codes = [candidate.code for candidate in candidates]
        found = self.first(Place.objects.with_postcode(codes)) if codes else []
        for code, country in candidates:
            places = [place for place in found if place.postcode == code]
            if country:
                places = [place for place in places if place.country == country]
            if places:
                return places
        return []

    def by_zip_code(self, code: str) -> list[Place]:
        """Five digits are a postcode in many countries: home's, unless another is named."""
        found = self.first(Place.objects.with_postcode([code]))
        if self.words and len({place.country for place in found}) > 1:
            named = {area.country for areas in self.areas.values() for area in areas}
            there = [place for place in found if place.country in named]
            if there:
                return there
        at_home = [place for place in found if place.country == self.home]
        prefix = Place.objects.with_postcode([code[:3]]).filter(precision=Place.Precision.PREFIX)
        if not at_home and (self.home == "US" or not found):
            return self.first(prefix) or found
        return at_home or found

    def by_name(self, words: Sequence[str], within: Q | None = None) -> list[Place]:
        """Places of this name; failing that, of its beginning inside the area at its end."""
        if not words or self.lookups >= _MOST_LOOKUPS:
            return []
        self.lookups += 1
        found = self.named(" ".join(words), within or Q())
        if not found:
            for beginning, area in self.endings(words):
                found = found or self.by_name(beginning, area & (within or Q()))
        return found

    def named(self, name: str, within: Q) -> list[Place]:
        for spelling in fold_variants(name):
            pks = Place.objects.pks_known_as([spelling])
            found = pks and self.first(Place.objects.filter(within, pk__in=pks), spelling)
            if found:
                found = self._with_world_city(found, pks)
                return _large_towns_before_regions(found, spelling)
        return []

    def _with_world_city(self, found: list[Place], pks: set[int]) -> list[Place]:
        """Manchester in England stays in the list however many there are at home."""
        if len(found) < self.limit or found[-1].country != self.home:
            return found
        abroad = Place.objects.filter(pk__in=pks).exclude(country=self.home)
        largest = abroad.filter(prominence__gte=_LARGE_TOWN).order_by("-prominence").first()
        return [*found[:-1], largest] if largest else found

    def endings(self, words: Sequence[str]) -> Iterator[tuple[Sequence[str], Q]]:
        """The words before each area that the words end with, and the area."""
        for count in range(1, min(_MOST_AREA_WORDS, len(words) - 1) + 1):
            areas = self.areas.get(" ".join(words[-count:]))
            if areas:
                yield words[:-count], _inside(areas)

    @cached_property
    def areas(self) -> dict[str, list[Place]]:
        """Regions and countries by each run of the last words that names one."""
        words = self.words[-_LAST_WORDS:]
        runs = [
            " ".join(words[start : start + count])
            for start in range(len(words))
            for count in range(1, _MOST_AREA_WORDS + 1)
            if start + count <= len(words)
        ]
        return _areas_named(runs)

    def by_similar_name(self) -> list[Place]:
        names = similar_names(self.home)
        readings = [*self.endings(self.words), (self.words, Q())]
        for words, within in readings:
            errors = {near.name: near.errors for near in names.to(" ".join(words))}
            if errors:
                found = self.first(Place.objects.named([*errors]).filter(within))
                if found:
                    return sorted(found, key=lambda place: errors[place.name_folded])
        return []

    def by_similar_area(self) -> list[Place]:
        """“Hartford, Conneticut”: the town is right, the state is misspelt."""
        names = similar_names(self.home)
        for count in range(1, min(_MOST_AREA_WORDS, len(self.words) - 1) + 1):
            ending = " ".join(self.words[-count:])
            areas = _areas_named([near.name for near in names.to(ending)])
            for places in areas.values():
                found = self.named(" ".join(self.words[:-count]), _inside(places))
                if found:
                    return found
        return []


def _areas_named(names: list[str]) -> dict[str, list[Place]]:
    pks = Place.objects.pks_known_as(names) if names else set()
    found: dict[str, list[Place]] = {}
    if pks:
        for place in Place.objects.areas().filter(pk__in=pks).prefetch_related("names"):
            for name in {place.name_folded, *(other.name_folded for other in place.names.all())}:
                found.setdefault(name, []).append(place)
    return found


def _inside(areas: list[Place]) -> Q:
    """Places of any of the areas: CA is California as well as Canada."""
    within = Q()
    for area in areas:
        there = Q(country=area.country)
        if area.kind == Place.Kind.REGION:
            # “New York, NY” is the city: a region does not lie inside itself.
            there &= Q(region_code=area.region_code) & ~Q(kind=Place.Kind.REGION)
        within |= there
    return within


def _large_towns_before_regions(places: list[Place], name: str) -> list[Place]:
    """New York and Washington are cities to most people who type so little."""
    region = next((place for place in places if place.kind == Place.Kind.REGION), None)
    if region is None:
        return places
    cities = [
        place
        for place in places
        if place.kind == Place.Kind.TOWN
        and place.country == region.country
        and place.prominence >= (_LARGE_TOWN if place.name_folded == name else _CITY_OF_A_MILLION)
    ]
    others = [place for place in places if place not in cities]
    start = others.index(region)
    return others[:start] + cities + others[start:]
