"""From typed words to places: postcodes first, then names, then names that resemble.

The words never leave this process and are never logged.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from django.db.models import Q

from listings.geocoding import typed as reading
from listings.geocoding.known import Area, KnownNames, known_names
from listings.models.place import Place, PlaceQuerySet
from listings.values.text import fold_variants

Kind = Literal["exact", "fuzzy", "none"]

# A text of nothing but area names (“ca ca ca …”) has many readings; a real one needs four.
_MOST_READINGS = 8
_MOST_AREA_WORDS = 4
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

    def meant(self, home_country: str) -> Place | None:
        """The one place that can be meant; None where whoever typed it should choose."""
        if len(self.matches) == 1 and self.kind != "fuzzy":
            return self.matches[0]
        at_home = [place for place in self.matches if place.country == home_country]
        if len(at_home) == 1 and at_home[0].kind == Place.Kind.POSTCODE:
            return at_home[0]
        return None


class _Reading(NamedTuple):
    """A name, and the areas that must hold the place of that name."""

    words: Sequence[str]
    within: Q

    @property
    def name(self) -> str:
        return " ".join(self.words)


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
    """One look-up of one text."""

    def __init__(self, shown: str, home: str, limit: int) -> None:
        self.shown = shown
        self.home = home
        self.limit = limit
        self.zip_code = reading.zip_code(shown)
        self.words = reading.words_of(reading.without_zip(shown) if self.zip_code else shown)

    @cached_property
    def known(self) -> KnownNames:
        return known_names(self.home)

    def attempts(self) -> Iterator[tuple[Kind, list[Place]]]:
        yield "exact", self.by_postcode()
        if not self.words:
            return
        # What is left of a text with an unknown ZIP code was not understood as a whole.
        yield "fuzzy" if self.zip_code else "exact", self.by_name([self.words])
        yield "fuzzy", self.by_name(reading.partial_readings(self.shown))
        yield "fuzzy", self.by_similar_name()
        yield "fuzzy", self.by_similar_area()
        yield "fuzzy", self.by_name(reading.single_parts(self.shown))

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
            areas = self.known.areas
            named = {area.country for word in self.words for area in areas.get(word, ())}
            there = [place for place in found if place.country in named]
            if there:
                return there
        at_home = [place for place in found if place.country == self.home]
        prefix = Place.objects.with_postcode([code[:3]]).filter(precision=Place.Precision.PREFIX)
        if not at_home and (self.home == "US" or not found):
            return self.first(prefix) or found
        return at_home or found

    def readings(self, words: Sequence[str], within: Q | None = None) -> Iterator[_Reading]:
        """The whole as a name, then its beginnings inside the areas that its last words name."""
        yield _Reading(words, within or Q())
        for count in range(1, min(_MOST_AREA_WORDS, len(words) - 1) + 1):
            areas = self.known.areas.get(" ".join(words[-count:]))
            if areas:
                yield from self.readings(words[:-count], _inside(areas) & (within or Q()))

    def by_name(self, texts: Iterable[Sequence[str]]) -> list[Place]:
        """Places of the first reading of the texts that has any."""
        every = (each for words in texts if words for each in self.readings(words))
        return self.named(list(islice(every, _MOST_READINGS)))

    def named(self, readings: Sequence[_Reading]) -> list[Place]:
        """All readings are looked up at once; the first that fits its areas is taken."""
        spellings = {each.name: fold_variants(each.name) for each in readings}
        pks = Place.objects.pks_known_as({name for names in spellings.values() for name in names})
        for each in readings if pks else ():
            for spelling in spellings[each.name]:
                meant = pks.get(spelling)
                found = meant and self.first(
                    Place.objects.filter(each.within, pk__in=meant), spelling
                )
                if meant and found:
                    found = self.with_world_city(found, meant)
                    return _large_towns_before_regions(found, spelling)
        return []

    def with_world_city(self, found: list[Place], pks: set[int]) -> list[Place]:
        """Manchester in England stays in the list however many there are at home."""
        if len(found) < self.limit or found[-1].country != self.home:
            return found
        abroad = Place.objects.filter(pk__in=pks).exclude(country=self.home)
        largest = abroad.filter(prominence__gte=_LARGE_TOWN).order_by("-prominence").first()
        return [*found[:-1], largest] if largest else found

    def by_similar_name(self) -> list[Place]:
        """“Sprinfield MA”: the area is taken off first, for it helps to choose."""
        readings = list(islice(self.readings(self.words), _MOST_READINGS))
        for each in [*readings[1:], readings[0]]:
            errors = self.known.similar_places.to(each.name)
            if errors:
                found = self.first(Place.objects.named([*errors]).filter(each.within))
                if found:
                    return sorted(found, key=lambda place: errors[place.name_folded])
        return []

    def by_similar_area(self) -> list[Place]:
        """“Hartford, Conneticut”: the town is right, the state is misspelt."""
        readings = [
            _Reading(self.words[:-count], _inside(self.known.areas[name]))
            for count in range(1, min(_MOST_AREA_WORDS, len(self.words) - 1) + 1)
            for name in self.known.similar_areas.to(" ".join(self.words[-count:]))
        ]
        return self.named(readings[:_MOST_READINGS])


def _inside(areas: Iterable[Area]) -> Q:
    within = Q()
    for area in areas:
        within |= area.holds()
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
