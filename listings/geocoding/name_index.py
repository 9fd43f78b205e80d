"""Every name and postcode of the gazetteer in sorted arrays, for looking up how a name begins.

About 11 MB for the gazetteer that ships with the code, read in about a second at the first look-up
and again when the table has changed. Databases of both kinds would take far longer for "sa".
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from listings.geocoding.known import Area, TableState, table_state
from listings.geocoding.rows import AREA_KINDS
from listings.models.place import Place, PlaceName

Mask: TypeAlias = NDArray[np.bool_]
Whole: TypeAlias = NDArray[np.integer[Any]]

_ROWS_AT_ONCE = 500  # more make Python look for garbage more often
_AFTER_ANY_LETTER = b"\xff"  # not a byte of UTF-8
_LETTERS_BACK = 3
_PLACES = Place._meta.db_table
_NAMES = PlaceName._meta.db_table


class SortedTexts:
    """Texts in the order of their UTF-8 bytes, each known by its position.

    They stand in one blob; `starts` are their offsets in it, and at last its length.
    """

    def __init__(self, blob: bytes, starts: "array[int]") -> None:
        self._blob = blob
        self._starts = starts
        self._every = range(len(starts) - 1)

    def text(self, position: int) -> str:
        """The text at a position."""
        return self._bytes(position).decode()

    def equal_to(self, text: str) -> range:
        """Positions of the texts that are this one."""
        wanted = text.encode()
        return self._between(wanted, wanted + b"\0", self._every)

    def beginning_with(self, prefix: str, among: range | None = None) -> range:
        """Positions of the texts that begin so; `among` narrows them down to a range."""
        wanted = prefix.encode()
        every = self._every if among is None else among
        return self._between(wanted, wanted + _AFTER_ANY_LETTER, every)

    def one_error_from(self, prefix: str) -> Iterator[range]:
        """Positions of the texts that begin as `prefix` would without one typing error.

        A letter was dropped, added, changed or swapped with the next, at the letter from which on
        no text begins like `prefix` or at one of the two before it; the first letter is right.
        """
        heads = [self._every]
        while len(heads) <= len(prefix) and heads[-1]:
            heads.append(self.beginning_with(prefix[: len(heads)], heads[-1]))
        known = len(heads) - 2
        for size in range(known, max(known - _LETTERS_BACK, 0), -1):
            head, tail, among = prefix[:size], prefix[size:], heads[size]
            for meant in (tail[1:], tail[1:2] + tail[:1] + tail[2:]):
                yield self.beginning_with(head + meant, among)
            for letter, those in self._next_letters(head, among):
                for meant in (tail, tail[1:]):
                    yield self.beginning_with(head + letter + meant, those)

    def _next_letters(self, head: str, among: range) -> Iterator[tuple[str, range]]:
        rest = range(self._between(head.encode(), head.encode() + b"\0", among).stop, among.stop)
        while rest:
            letter = self.text(rest.start)[len(head)]
            those = self.beginning_with(head + letter, rest)
            yield letter, those
            rest = range(those.stop, rest.stop)

    def _between(self, first: bytes, end: bytes, among: range) -> range:
        start = bisect_left(self._every, first, among.start, among.stop, key=self._bytes)
        return range(start, bisect_left(self._every, end, start, among.stop, key=self._bytes))

    def _bytes(self, position: int) -> bytes:
        return self._blob[self._starts[position] : self._starts[position + 1]]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """All places, the most prominent first, and their names; a place is known by its number.

    Whole numbers have the narrowest type that holds them. One element for each place: `pks`,
    `prominence` (float32, people) and `group_of`; one for each group of places of one kind in one
    region: `kinds` and `countries`. `name_owners` holds for each of `names` twice the number of its
    place, plus one where it is not the place's own name; `code_owners` holds the number for each
    of `codes`. `areas` gives regions and countries by folded name, `inside` the groups of an area,
    `country_names` the name to show for a country's two letters.
    """

    pks: Whole
    prominence: NDArray[np.float32]
    group_of: Whole
    kinds: NDArray[np.str_]
    countries: NDArray[np.str_]
    areas: dict[str, list[Area]]
    inside: dict[Area, list[int]]
    country_names: dict[str, str]
    names: SortedTexts
    name_owners: Whole
    codes: SortedTexts
    code_owners: Whole

    def groups_inside(self, areas: Iterable[Area]) -> Mask:
        """For each group whether its places lie in one of the areas (see `Area.holds`)."""
        mask = np.zeros(len(self.kinds), dtype=np.bool_)
        for area in areas:
            mask[self.inside.get(area, [])] = True
        return mask

    def at_least(self, people: int) -> int:
        """How many places are as prominent as this: the number of the first that is not."""
        return bisect_left(self.prominence, True, key=lambda prominence: prominence < people)


class _Group(NamedTuple):
    kind: str
    country: str
    region_code: str


_kept: list[tuple[TableState, NameIndex]] = []
_lock = Lock()


def name_index() -> NameIndex:
    """The index of the table as it is now; who asks first waits until it has been read."""
    state = table_state()
    for known, index in _kept:
        if known == state:
            return index
    with _lock:
        if not _kept or _kept[0][0] != state:
            _kept[:] = [(state, _read())]
        return _kept[0][1]


def _read() -> NameIndex:
    # SQLite compares bytes; PostgreSQL has to be told.
    bytewise = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    # Names first: should places be added meanwhile, each name still finds its place.
    names, name_keys = _read_texts(
        f"SELECT name_folded{bytewise}, id * 2 FROM {_PLACES} WHERE kind <> 'postcode'"  # noqa: S608
        f" UNION ALL SELECT name_folded{bytewise}, place_id * 2 + 1 FROM {_NAMES} ORDER BY 1"
    )
    codes, code_keys = _read_texts(
        f"SELECT postcode{bytewise}, id FROM {_PLACES} WHERE kind = 'postcode' ORDER BY 1, 2"  # noqa: S608
    )
    pks, prominence, group_of, groups = _read_places()
    countries = Place.objects.filter(kind=Place.Kind.COUNTRY)
    by_pk = np.argsort(pks)
    name_places = by_pk[np.searchsorted(pks, name_keys >> 1, sorter=by_pk)]
    code_places = by_pk[np.searchsorted(pks, code_keys, sorter=by_pk)]
    return NameIndex(
        pks=_narrow(pks),
        prominence=prominence,
        group_of=_narrow(group_of),
        kinds=np.array([group.kind for group in groups], dtype=np.str_),
        countries=np.array([group.country for group in groups], dtype=np.str_),
        areas=_areas(names, group_of[name_places], groups),
        inside=_inside(groups),
        country_names=dict(countries.values_list("country", "name")),
        names=names,
        name_owners=_narrow(name_places * 2 + (name_keys & 1)),
        codes=codes,
        code_owners=_narrow(code_places),
    )


def _areas(
    names: SortedTexts, groups_of_names: NDArray[np.int32], groups: list[_Group]
) -> dict[str, list[Area]]:
    is_area = np.array([group.kind in AREA_KINDS for group in groups], dtype=np.bool_)
    areas: dict[str, list[Area]] = defaultdict(list)
    for at in np.flatnonzero(is_area[groups_of_names]).tolist():
        _, country, region_code = groups[groups_of_names[at]]
        areas[names.text(at)].append(Area(country, region_code))
    return dict(areas)


def _inside(groups: list[_Group]) -> dict[Area, list[int]]:
    """The groups of the places that lie in each area (see `Area.holds`)."""
    inside: dict[Area, list[int]] = defaultdict(list)
    for number, (kind, country, region_code) in enumerate(groups):
        inside[Area(country, "")].append(number)
        if region_code and kind != Place.Kind.REGION:
            inside[Area(country, region_code)].append(number)
    return dict(inside)


def _read_texts(query: str) -> tuple[SortedTexts, NDArray[np.int64]]:
    """The two columns of the query: texts in order, and a number for each."""
    blob, sizes, numbers = bytearray(), array("i", [0]), array("q")
    for texts, beside in _columns(query):
        encoded = [text.encode() for text in texts]
        blob += b"".join(encoded)
        sizes.extend(map(len, encoded))
        numbers.extend(beside)
    starts = array("i", np.cumsum(sizes, dtype=np.intc).tobytes())
    return SortedTexts(bytes(blob), starts), np.array(numbers, dtype=np.int64)


def _read_places() -> tuple[
    NDArray[np.int64], NDArray[np.float32], NDArray[np.int32], list[_Group]
]:
    """Keys, prominence and group of the places, the most prominent first, and the groups."""
    pks, prominence, group_of = array("q"), array("f"), array("i")
    groups: defaultdict[str, int] = defaultdict()
    groups.default_factory = groups.__len__
    # There is an index for this order; to sort by prominence takes databases twice as long.
    for keys, people, kinds in _columns(
        "SELECT id, prominence, kind || '/' || country || '/' || region_code"  # noqa: S608
        f" FROM {_PLACES} ORDER BY slug"
    ):
        pks.extend(keys)
        prominence.extend(people)
        group_of.extend(map(groups.__getitem__, kinds))
    falling = -np.array(prominence, dtype=np.float32)
    order = np.argsort(falling, kind="stable")
    return (
        np.array(pks, dtype=np.int64)[order],
        -falling[order],
        np.array(group_of, dtype=np.int32)[order],
        [_Group(*group.split("/", 2)) for group in groups],
    )


def _columns(query: str) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The columns of some thousand rows at a time.

    A QuerySet would take three times as long to give half a million rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield tuple(zip(*rows, strict=True))


def _narrow(numbers: NDArray[np.integer[Any]]) -> Whole:
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
