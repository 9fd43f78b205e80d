"""The first rows of a survey in order, with what is needed to merge them with other segments'."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import ROWS_IN_BLOCK, Rows, Words, rows_of, size, to_flags
from listings.search.order import first_rows
from listings.search.segment import Survey
from listings.search.space import chord_of, miles_of

NO_DISTANCE = 2**62
_PER_MILE = 1000
_WALK_FROM = 4096
_STEP = 16_384


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing that may stand on the page.

    ``key`` orders it among those of other segments; () where there are none.
    """

    pk: int
    miles: float | None
    key: tuple[Any, ...] = ()


class Ranking:
    """The order of one survey's rows. Positions count the rows of the blocks looked at."""

    def __init__(self, survey: Survey, order: Sequence[str]) -> None:
        self.survey = survey
        self.columns = survey.table.columns
        self.order = order
        self.sets: dict[str, Words] = {
            "unverified": self._looked_at(self.columns.unverified),
            "unnamed": ~survey.named,
            "unknown": ~survey.known,
        }

    def _looked_at(self, words: Words) -> Words:
        return words if self.survey.blocks is None else words[self.survey.blocks]

    def first(self, most: int, *, keyed: bool) -> list[Candidate]:
        """The first ``most`` listings of this segment, with their keys if they are needed."""
        found: list[Rows] = []
        left = most
        for tier in self._tiers():
            if left <= 0:
                break
            positions = self._of_tier(tier, left)
            found.append(positions)
            left -= len(positions)
        return self._candidates(np.concatenate(found), keyed) if found else []

    def _tiers(self) -> Iterator[Words]:
        """The matching rows split by the sets that lead the order: no more of them are ranked."""
        tiers = [self.survey.match]
        for key in self._leading:
            words = self.sets[key]
            tiers = [part for tier in tiers for part in (tier & ~words, tier & words)]
        return (tier for tier in tiers if tier.any())

    @property
    def _leading(self) -> list[str]:
        leading = []
        for key in self.order:
            if key not in self.sets:
                break
            leading.append(key)
        return leading

    def _of_tier(self, tier: Words, most: int) -> Rows:
        rest = self.order[len(self._leading) :]
        if rest[0] == "name" and self.survey.blocks is None and size(tier) > _WALK_FROM:
            return self._by_name(tier, most)
        positions = rows_of(tier)
        if rest[0] == "far" and len(positions) > 2 * most:
            positions = self._nearest(positions, most)
        return first_rows(positions, [partial(self.value, key) for key in rest], most)

    def _by_name(self, tier: Words, most: int) -> Rows:
        """Walks the rows in the order by name until enough are found."""
        flags, found, count = to_flags(tier), [], 0
        for start in range(0, len(self.columns.by_name), _STEP):
            rows = self.columns.by_name[start : start + _STEP]
            here = rows[flags[rows]]
            found.append(here)
            count += len(here)
            if count >= most:
                break
        return np.concatenate(found)[:most].astype(np.intp)

    def _nearest(self, positions: Rows, most: int) -> Rows:
        """Those that may be among the nearest, found without working out every distance."""
        squares = self.survey.squares
        if squares is None:
            return positions
        chords = squares[positions]
        edge = float(np.partition(chords, most - 1)[most - 1])
        if edge == np.inf:
            return positions
        rim = miles_of(np.array([edge]))[0] + 2 / _PER_MILE
        return positions[chords <= chord_of(rim)]

    def rows(self, positions: Rows) -> Rows:
        """Positions as row numbers."""
        blocks = self.survey.blocks
        if blocks is None:
            return positions
        return np.asarray(
            blocks[positions // ROWS_IN_BLOCK] * ROWS_IN_BLOCK + positions % ROWS_IN_BLOCK
        )

    def value(self, key: str, positions: Rows) -> NDArray[Any]:
        """One key of the order, as numbers: smaller stands first."""
        columns, moment = self.columns, self.survey.moment
        if key in self.sets:
            return _flags_at(self.sets[key], positions)
        rows = self.rows(positions)
        match key:
            case "far":
                return self._thousandths(positions)
            case "name":
                return columns.name_rank[rows]
            case "age":
                return -columns.confirmed[rows]
            case "wait":
                return moment.wait(rows)
            case "until":
                return moment.until(rows)
            case _:
                return columns.tie[rows]

    def _thousandths(self, positions: Rows) -> NDArray[np.int64]:
        """Thousandths of a mile: what coordinates are good for, and safe from rounding."""
        squares = self.survey.squares
        if squares is None:
            return np.full(len(positions), NO_DISTANCE)
        chords = squares[positions]
        placed = np.isfinite(chords)
        thousandths = np.full(len(positions), NO_DISTANCE, dtype=np.int64)
        thousandths[placed] = np.rint(miles_of(chords[placed]) * _PER_MILE)
        return thousandths

    def _candidates(self, positions: Rows, keyed: bool) -> list[Candidate]:
        rows = self.rows(positions)
        pks = self.columns.pk[rows].tolist()
        miles = [
            None if far == NO_DISTANCE else far / _PER_MILE
            for far in self._thousandths(positions).tolist()
        ]
        keys = self._keys(positions, rows) if keyed else repeat(())
        return list(map(Candidate, pks, miles, keys))

    def _keys(self, positions: Rows, rows: Rows) -> Iterator[tuple[Any, ...]]:
        """For each position all of its keys. Ranks differ by segment, so names stand for theirs."""
        return zip(
            *(
                map(self.columns.name, rows.tolist())
                if key == "name"
                else self.value(key, positions).tolist()
                for key in self.order
            ),
            strict=True,
        )


def _flags_at(words: Words, positions: Rows) -> NDArray[Any]:
    bits = words[positions // ROWS_IN_BLOCK] >> (positions % ROWS_IN_BLOCK).astype(np.uint64)
    return bits & np.uint64(1)
