"""Places that a text may become while it is still being typed.

The text never leaves this process and is never logged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from django.conf import settings

from listings.geocoding import typed as reading
from listings.geocoding.known import Area, KnownNames, known_names
from listings.geocoding.name_index import Mask, NameIndex, name_index
from listings.geocoding.ordering import Hit, Ordering, home_first
from listings.geocoding.rows import normal_postcode
from listings.models.place import Place
from listings.values.text import fold, fold_place, fold_variants

LEAST_LETTERS = 2
"""Letters or digits from which on places are suggested."""

_COLUMNS = ("slug", "kind", "name", "country", "region_code", "region_name")
_MOST_READINGS = 8
_MOST_AREA_WORDS = 4
_LEAST_MISSPELT = 4
_MISSPELT_READINGS = 2
_ZIP_PLUS = re.compile(r"(\d{5})[- ]?\d{0,4}", re.ASCII)
_WORD_ENDED = re.compile(r"[\s,;/-]\Z")
# Names are stored without these words, so that "for" is the beginning of "ft worth" as well.
_SHORT_FORMS = {word: fold_place(word) for word in ("saint", "sainte", "fort", "mount")}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place, its country, and the folded name or the postcode by which it was found.

    Only what a label needs was read of the place; what else is asked of it, Django then reads.
    `country_name` is the country's two letters where its name is not known.
    """

    place: Place
    country_name: str
    matched: str

    @property
    def slug(self) -> str:
        """What stands for the place in addresses of pages."""
        return self.place.slug

    @property
    def label(self) -> str:
        """The name with its region and country code."""
        return self.place.label

    @property
    def kind(self) -> str:
        """A value of Place.Kind."""
        return self.place.kind


def suggest(text: str, home_country: str, limit: int = 8) -> list[Suggestion]:
    """At most `limit` places that the text may become, the likeliest first; never raises.

    Places whose very name was typed lead, in the order of `find_places`; then places of the home
    country come before those abroad, and the more prominent before the less.
    """
    shown = reading.cleaned(text)
    if sum(letter.isalnum() for letter in shown) < LEAST_LETTERS or limit < 1:
        return []
    word_ended = bool(_WORD_ENDED.search(text[: reading.LONGEST_TYPED]))
    index = name_index()
    hits = _Suggesting(shown, word_ended, index, home_country, limit).hits()[:limit]
    pks = [int(index.pks[hit.number]) for hit in hits]
    places = Place.objects.only(*_COLUMNS).in_bulk(pks)
    found = [(places[pk], hit.matched) for pk, hit in zip(pks, hits, strict=True) if pk in places]
    return [
        Suggestion(place, index.country_names.get(place.country, place.country), matched)
        for place, matched in found
    ]


def warm_up() -> None:
    """Read what look-ups and suggestions keep in memory, before the first visitor waits for it."""
    name_index()
    known_names(settings.HOME_COUNTRY)


class _Reading(NamedTuple):
    """A name, and the groups of the index that must hold the place of that name."""

    words: Sequence[str]
    within: Mask | None = None

    @property
    def name(self) -> str:
        return " ".join(self.words)


class _Suggesting:
    """One look-up of one text."""

    def __init__(
        self, shown: str, word_ended: bool, index: NameIndex, home: str, limit: int
    ) -> None:
        self.shown = shown
        self.word_ended = word_ended
        self.index = index
        self.order = Ordering(index, home)
        self.home = home
        self.limit = limit
        self.zip_code = reading.zip_code(shown)
        self.words = reading.words_of(reading.without_zip(shown) if self.zip_code else shown)

    @cached_property
    def known(self) -> KnownNames:
        return known_names(self.home)

    def hits(self) -> list[Hit]:
        """Postcodes, then names, then names that resemble, then what parts of the text name."""
        found = self.by_zip_code(self.zip_code) if self.zip_code else self.by_postcode()
        if found and (self.zip_code or len(found) >= self.limit):
            return found
        found += self.by_name([self.words, *reading.partial_readings(self.shown)])
        if not found and not any(letter.isdigit() for letter in self.shown):
            found = self.by_similar_area() or self.by_similar_beginning() or self.by_similar_name()
        return found or self.by_name(
            [*reading.single_parts(self.shown), [w for w in self.words if not w.isdigit()]]
        )

    def by_postcode(self) -> list[Hit]:
        """The postcode that was typed, then those that begin so."""
        if not any(letter.isdigit() for letter in self.shown):
            return []
        found: list[Hit] = []
        for code, country in reading.postcodes(self.shown):
            within = self.inside([Area(country, "")]) if country else None
            found = found or self.order.postcodes(
                self.index.codes.equal_to(code), self.limit, within
            )
        codes = self.index.codes.beginning_with(normal_postcode(self.shown))
        begun = self.order.postcodes(codes, self.limit + len(found))
        more_than_zip = _ZIP_PLUS.fullmatch(self.shown)
        if not found and not begun and more_than_zip:
            return self.by_zip_code(more_than_zip[1])
        return [*found, *(hit for hit in begun if hit not in found)]

    def by_zip_code(self, code: str) -> list[Hit]:
        """Five digits are a postcode in many countries; some ZIP codes have no area."""
        found = self.order.postcodes(self.index.codes.equal_to(code), self.limit)
        named = [area for word in self.words for area in self.index.areas.get(word, ())]
        there = self.inside(Area(area.country, "") for area in named)
        elsewhere = [hit for hit in found if not there[self.index.group_of[hit.number]]]
        if len(elsewhere) < len(found):
            return [hit for hit in found if hit not in elsewhere] + elsewhere
        if not (found and found[0].at_home) and (self.home == "US" or not found):
            larger = self.index.codes.equal_to(code[:3])
            return self.order.postcodes(larger, 1, self.inside([Area("US", "")])) + found
        return found

    def by_name(self, texts: Iterable[Sequence[str]]) -> list[Hit]:
        """Places of the first of the texts that is a name or its beginning."""
        for words in texts:
            if sum(map(len, words)) < LEAST_LETTERS:
                continue
            exact, begun = self.exact(words), self.begun(words)
            if exact or begun:
                return self.order.chosen(exact, begun, self.limit)
        return []

    def readings(self, words: Sequence[str], within: Mask | None = None) -> Iterator[_Reading]:
        """The whole as a name, then its beginnings inside the areas that its last words name."""
        yield _Reading(words, within)
        for name, last in _divided(words):
            areas = self.index.areas.get(last)
            if areas:
                yield from self.readings(name, self.inside(areas, within))

    def inside(self, areas: Iterable[Area], within: Mask | None = None) -> Mask:
        mask = self.index.groups_inside(areas)
        return mask if within is None else mask & within

    def exact(self, words: Sequence[str], within: Mask | None = None) -> list[Hit]:
        """Places of the first reading of the words that has any."""
        for each in islice(self.readings(words, within), _MOST_READINGS):
            for spelling in fold_variants(each.name):
                found = self.order.named([self.index.names.equal_to(spelling)], each.within)
                if found:
                    return self.order.as_found(found)
        return []

    def begun(self, words: Sequence[str]) -> list[Hit]:
        """Places whose names begin so, and those of a name with the beginning of an area."""
        enough = self.limit * 3
        found: list[Hit] = []
        for spelling in fold_variants(" ".join(words)):
            beginnings = map(self.index.names.beginning_with, self.beginnings(spelling.split()))
            found = found or self.order.begun(beginnings, enough)
        for each in self.in_areas_begun(words):
            found += self.exact(each.words, each.within)[:enough]
        return found

    def in_areas_begun(self, words: Sequence[str]) -> Iterator[_Reading]:
        """The words before the last ones, where these are the beginning of an area's name."""
        for name, last in _divided(words):
            named = [areas for each, areas in self.index.areas.items() if each.startswith(last)]
            if named:
                yield _Reading(name, self.inside(chain.from_iterable(named)))

    def beginnings(self, words: list[str]) -> list[str]:
        """What names may begin with when these are the folded words."""
        *before, last = words
        if self.word_ended and len(last) > 1:
            return [" ".join(words) + " "]
        written = fold(self.shown).split()[-1]
        last = written if _SHORT_FORMS.get(written) == last else last
        short = [
            short + " "
            for word, short in _SHORT_FORMS.items()
            if len(last) >= LEAST_LETTERS and word.startswith(last)
        ]
        return [" ".join([*before, end]) for end in [last, *short]]

    def by_similar_area(self) -> list[Hit]:
        """“Hartford, Conneticut”: the town is right, the state is misspelt."""
        for name, last in _divided(self.words):
            for similar in self.known.similar_areas.to(last):
                found = self.exact(name, self.inside(self.index.areas.get(similar, ())))
                if found:
                    return found[: self.limit]
        return []

    def by_similar_beginning(self) -> list[Hit]:
        """“Pheon” may become Phoenix, and “Sprinf MA” Springfield."""
        whole, *inside = islice(self.readings(self.words), _MISSPELT_READINGS)
        for each in [*inside, *self.in_areas_begun(self.words), whole]:
            if len(each.name) >= _LEAST_MISSPELT:
                meant = self.index.names.one_error_from(each.name)
                found = self.order.begun(meant, self.limit, each.within)
                if found:
                    return sorted(found, key=home_first)
        return []

    def by_similar_name(self) -> list[Hit]:
        """“Phillidelphia”: a whole name with two errors, or with one at its beginning."""
        *_, each = islice(self.readings(self.words), _MISSPELT_READINGS)
        errors = self.known.similar_places.to(each.name)
        found = self.order.named(map(self.index.names.equal_to, errors), each.within)
        # Two errors and another first letter is too far from a name that is still being typed.
        own = [
            hit
            for hit in found
            if hit.own_name and (errors[hit.matched] == 1 or hit.matched[0] == each.name[0])
        ]
        own.sort(key=lambda hit: (errors[hit.matched], not hit.at_home, hit.number))
        return own[: self.limit]


def _divided(words: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """The words as a name and the last one to four as an area."""
    for count in range(1, min(_MOST_AREA_WORDS, len(words) - 1) + 1):
        yield words[:-count], " ".join(words[-count:])
