"""The limit: bare numpy over the same rows, as one who knows numpy writes it down at once.

Columns sorted by latitude; a slice, a box, great-circle distances, masks over the words of facts,
all counts by unpacking the bits, the first twenty by distance.
"""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from listings.models.listing import CURRENT_DAYS
from listings.search.criteria import Circle, SearchCriteria
from listings.values.geo import EARTH_RADIUS_MILES
from tests.benchmarks.search_parts.cases import facet_bits, ticked
from tests.benchmarks.search_parts.contenders import Outcome
from tests.benchmarks.search_parts.facets import BITS, WORDS
from tests.benchmarks.search_parts.made_up import Catalogue, Words, unpacked

PAGE = 20
CHUNK = 16_384
MARGIN = 1e-6  # degrees; the box may be a little wide, never narrow


class ArrayScan:
    """Answers from the arrays alone."""

    name = "array scan"
    knows_words = False

    def __init__(self, catalogue: Catalogue, today: dt.date) -> None:
        order = np.argsort(catalogue.latitude, kind="stable")
        rows = catalogue.take(order)
        self.key = rows.key
        self.latitude, self.longitude = rows.latitude, rows.longitude
        self.lat, self.lon = np.radians(rows.latitude), np.radians(rows.longitude)
        self.cos_lat = np.cos(self.lat)
        self.yes, self.no = rows.yes, rows.no
        self.placed = ~rows.online
        self.current = rows.confirmed_on >= today.toordinal() - CURRENT_DAYS
        names = np.array([name.casefold() for name in rows.name], object)
        self.by_name = np.argsort(np.argsort(names, kind="stable"))

    def answer(self, criteria: SearchCriteria) -> Outcome:
        """Page, total, and all counts with each facet's own choice left out."""
        rows, far = self._inside(criteria)
        yes, no = self.yes[rows], self.no[rows]
        fits, left_out = np.ones(len(rows), bool), {}
        choices = ticked(criteria)
        answers = [self._fits(one.bits, one.strict, yes, no) for one in choices]
        for number, one in enumerate(choices):
            others = [answer for other, answer in enumerate(answers) if other != number]
            left_out[one.facet] = np.logical_and.reduce([fits, *others])
        for answer in answers:
            fits = fits & answer
        counts = _counted(yes[fits], no[fits])
        for facet, mask in left_out.items():
            bits = facet_bits(facet)
            counts[:, bits] = _counted(yes[mask], no[mask])[:, bits]
        return Outcome(int(fits.sum()), counts[0], counts[1], self._page(rows[fits], far[fits]))

    def _inside(self, criteria: SearchCriteria) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        circle = criteria.scope
        if not isinstance(circle, Circle):
            rows = np.flatnonzero(self.current)
            return rows, self.by_name[rows].astype(float)
        here = circle.centre
        reach = np.degrees(circle.miles / EARTH_RADIUS_MILES) + MARGIN
        first, last = np.searchsorted(self.latitude, [here.latitude - reach, here.latitude + reach])
        ratio = np.sin(circle.miles / EARTH_RADIUS_MILES) / np.cos(np.radians(here.latitude))
        width = np.degrees(np.arcsin(ratio)) + MARGIN
        band = slice(first, last)
        box = np.abs(self.longitude[band] - here.longitude) <= width
        box &= self.placed[band] & self.current[band]
        rows = np.flatnonzero(box) + first
        lat, lon = np.radians(here.latitude), np.radians(here.longitude)
        half = np.sin((self.lat[rows] - lat) / 2) ** 2
        half += np.cos(lat) * self.cos_lat[rows] * np.sin((self.lon[rows] - lon) / 2) ** 2
        far = 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(half))
        inside = far <= circle.miles
        return rows[inside], far[inside]

    def _fits(
        self, bits: tuple[int, ...], strict: bool, yes: Words, no: Words
    ) -> NDArray[np.bool_]:
        mask = np.zeros(WORDS, np.uint64)
        for bit in bits:
            mask[bit // 64] |= np.uint64(1 << bit % 64)
        if strict:
            return (yes & mask).any(axis=1)
        return (yes & mask).any(axis=1) | ((no & mask) != mask).any(axis=1)

    def _page(self, rows: NDArray[np.intp], far: NDArray[np.float64]) -> list[int]:
        if len(rows) > PAGE:
            nearest = np.argpartition(far, PAGE)[:PAGE]
            rows, far = rows[nearest], far[nearest]
        return [int(key) for key in self.key[rows[np.argsort(far, kind="stable")]]]


def _counted(yes: Words, no: Words) -> NDArray[np.int64]:
    """How many rows have each bit: known yes in the first line, known no in the second."""
    counts = np.zeros((2, BITS), np.int64)
    for line, words in enumerate((yes, no)):
        for start in range(0, len(words), CHUNK):
            counts[line] += unpacked(words[start : start + CHUNK]).sum(axis=0, dtype=np.int64)
    return counts
