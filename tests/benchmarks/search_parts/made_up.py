"""A catalogue of made-up listings, spread like the world's towns; the same for the same seed.

Seven in ten lie in the United States. A town gets listings by the square root of its people, and
the towns around one point no more than a fixed share, so that about 9,800 of a million lie
within 25 miles of New York's centre. Facts are drawn independently of each other; real ones hang
together.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.geocoding.datafile import GAZETTEER, Entry, read_gazetteer
from listings.values.geo import EARTH_RADIUS_MILES, Point
from tests.benchmarks.search_parts.facets import BITS, WORDS, frequencies
from tests.benchmarks.search_parts.names import listing_names

SEED = 2026
AT_HOME = 0.7
AROUND_MILES = 25
FULLEST = 0.0081
"""The most of all listings around any one town, before the shares are made to add up to 1."""
LEAST_PEOPLE = 50
MILES_PER_DEGREE = 69.1
ONLINE = 0.02
UNVERIFIED = 0.03
CHECKED = 0.1
AT_CENTRE = 0.1
WITH_HOURS = 0.4
HOURS = 200
PER_PROVIDER = 5

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Catalogue:
    """Columns of N listings, row for row; days are ordinals (datetime.date), 0 for not known."""

    key: Whole  # the primary key, from 1
    public_id: Words  # N x 2, the high and the low 64 bits
    latitude: Floats  # degrees
    longitude: Floats
    online: Flags
    unverified: Flags
    town: Whole  # number of the town in towns()
    name: NDArray[np.object_]
    seen_on: Whole
    checked_on: Whole
    yes: Words  # N x 5, little-endian words
    no: Words
    dedicated: Words
    only: Words
    hours: Whole  # number of the opening hours, -1 where not known
    provider: Whole  # from 1

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Whole) -> "Catalogue":
        """The catalogue of these rows alone."""
        return replace(self, **{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @property
    def confirmed_on(self) -> Whole:
        """The later of the last check and the last appearance in a register."""
        return np.maximum(self.seen_on, self.checked_on)

    def addresses(self) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
        """Country and region of each row; half of those online only have none."""
        country = np.array([place.country for place in towns()])[self.town]
        region = np.array([place.region for place in towns()])[self.town]
        nowhere = self.online & (self.key % 2 == 1)
        return np.where(nowhere, "", country), np.where(nowhere, "", region)


@lru_cache(maxsize=1)
def towns() -> tuple[Entry, ...]:
    """The towns of the gazetteer that ships with the code."""
    return tuple(entry for entry in read_gazetteer(GAZETTEER) if entry.group == "town")


def make_catalogue(size: int, today: dt.date, seed: int = SEED) -> Catalogue:
    """So many listings, most of them confirmed in the year before ``today``."""
    dice = np.random.default_rng(seed)
    where = dice.choice(len(towns()), size, p=_shares())
    latitude, longitude = _scattered(where, dice)
    yes, no, dedicated, only = _facts(size, dice)
    return Catalogue(
        key=np.arange(1, size + 1),
        public_id=random_ids(size, dice),
        latitude=latitude,
        longitude=longitude,
        online=dice.random(size) < ONLINE,
        unverified=dice.random(size) < UNVERIFIED,
        town=where,
        name=listing_names([towns()[number].name for number in where], dice),
        seen_on=_seen(size, today, dice),
        checked_on=np.where(dice.random(size) < CHECKED, _seen(size, today, dice), 0),
        yes=yes,
        no=no,
        dedicated=dedicated,
        only=only,
        hours=np.where(dice.random(size) < WITH_HOURS, dice.integers(0, HOURS, size), -1),
        provider=dice.integers(1, max(1, size // PER_PROVIDER) + 1, size),
    )


def thinned(whole: Catalogue, size: int, centre: Point, miles: float) -> Catalogue:
    """A catalogue of ``size`` rows with every row within ``miles``, and fewer elsewhere."""
    near = distances(whole, centre) <= miles
    here, elsewhere = np.flatnonzero(near), np.flatnonzero(~near)
    fewer = elsewhere[: max(0, size - len(here))]
    return whole.take(np.sort(np.concatenate([here, fewer])))


def distances(catalogue: Catalogue, centre: Point) -> Floats:
    """Great-circle miles of each row, by the angle between vectors."""
    rows = _vectors(catalogue.latitude, catalogue.longitude)
    here = _vectors(np.float64(centre.latitude), np.float64(centre.longitude))
    across = np.sqrt((np.cross(rows, here) ** 2).sum(axis=1))
    angles: Floats = np.arctan2(across, rows @ here)
    return EARTH_RADIUS_MILES * angles


def _shares() -> Floats:
    places = towns()
    people = np.array([max(LEAST_PEOPLE, place.population or 0) for place in places], float)
    home = np.array([place.country == "US" for place in places])
    shares = np.sqrt(people)
    shares *= np.where(home, AT_HOME / shares[home].sum(), (1 - AT_HOME) / shares[~home].sum())
    shares[home] *= np.minimum(1, FULLEST / _around(places, home, shares))
    result: Floats = shares / shares.sum()
    return result


def _around(places: Sequence[Entry], home: Flags, shares: Floats) -> Floats:
    """The shares of all that lies around each town at home, added up."""
    vectors = _vectors(
        np.array([place.latitude for place in places])[home],
        np.array([place.longitude for place in places])[home],
    )
    near = np.cos(AROUND_MILES / EARTH_RADIUS_MILES)
    sums = [(part @ vectors.T > near) @ shares[home] for part in np.array_split(vectors, 16)]
    return np.concatenate(sums)


def _vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Points as vectors of length 1, N x 3."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def _scattered(where: Whole, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """Points around the towns' centres, wider for larger towns; one in ten at the centre."""
    places = towns()
    latitude = np.array([place.latitude for place in places])[where]
    longitude = np.array([place.longitude for place in places])[where]
    people = np.array([place.population or 0 for place in places], float)[where]
    miles = (0.4 + np.sqrt(people) / 1000) * (dice.random(len(where)) >= AT_CENTRE)
    north = dice.normal(0, 1, len(where)) * miles / MILES_PER_DEGREE
    east = dice.normal(0, 1, len(where)) * miles / MILES_PER_DEGREE
    east /= np.maximum(0.05, np.cos(np.radians(latitude)))
    return (
        np.clip(latitude + north, -90, 90).round(6),
        ((longitude + east + 180) % 360 - 180).round(6),
    )


def _seen(size: int, today: dt.date, dice: np.random.Generator) -> Whole:
    """Nine in ten within 330 days, some around the end of the year, some older or unknown."""
    draw = dice.random(size)
    recent, edge, old = (dice.integers(*ages, size) for ages in ((0, 330), (330, 400), (400, 1500)))
    age = np.select([draw < 0.90, draw < 0.95], [recent, edge], old)
    return np.where(draw < 0.99, today.toordinal() - age, 0)


def random_ids(size: int, dice: np.random.Generator) -> Words:
    """Random UUIDs of version 4 (RFC 9562, 5.4), as two words each."""
    words = dice.integers(0, 2**64, (size, 2), dtype=np.uint64)
    words[:, 0] = words[:, 0] & ~np.uint64(0xF000) | np.uint64(0x4000)
    words[:, 1] = words[:, 1] & ~np.uint64(3 << 62) | np.uint64(2 << 62)
    return words


def _facts(size: int, dice: np.random.Generator) -> tuple[Words, ...]:
    """Known yes, known no, programmes of their own, and served only, as packed words."""
    sets = [np.zeros((WORDS, size), np.uint64) for _ in range(4)]
    for bit, frequency in enumerate(frequencies()):
        place = np.uint64(bit % 64)
        yes = _some(frequency.yes, size, dice)
        no = _some(frequency.no, size, dice) & ~yes
        dedicated = _some(frequency.dedicated, size, dice) & yes
        only = _some(frequency.only, size, dice) & dedicated
        for words, flags in zip(sets, (yes, no, dedicated, only), strict=True):
            words[bit // 64] |= flags.astype(np.uint64) << place
    return tuple(np.ascontiguousarray(words.T) for words in sets)


def _some(share: float, size: int, dice: np.random.Generator) -> Flags:
    if not share:
        return np.zeros(size, bool)
    flags: Flags = dice.integers(0, 1 << 16, size, dtype=np.uint16) < share * (1 << 16)
    return flags


def unpacked(words: Words) -> NDArray[np.uint8]:
    """N x 5 words as N x 320 zeros and ones."""
    little = np.ascontiguousarray(words, "<u8").view(np.uint8)
    return np.unpackbits(little, axis=1, bitorder="little", count=BITS)


def hexadecimal(public_id: Words) -> Sequence[str]:
    """UUIDs as 32 hexadecimal digits each."""
    text = public_id.astype(">u8").tobytes().hex()
    return [text[start : start + 32] for start in range(0, len(text), 32)]


def row_bytes(words: Words) -> list[bytes]:
    """N x 5 words as 40 little-endian bytes each, as the database holds them."""
    whole: Any = words.astype("<u8").tobytes()
    return [whole[start : start + 40] for start in range(0, len(whole), 40)]
