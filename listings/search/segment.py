"""A segment of the index: a table that never changes, and the set of its rows that still count."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from listings.search.asking import Asked
from listings.search.bitmaps import (
    EVERY,
    ROWS_IN_BLOCK,
    Blocks,
    Rows,
    Words,
    of_rows,
    size,
    take,
    to_words,
)
from listings.search.choosing import Choice, choices, worded
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.moment import Moment
from listings.search.space import Floats, blocks_near, chord_of, chords
from listings.search.table import Table

MOST_OF_ALL = 0.5
"""Share of the blocks from which on all are read: one run of memory beats many short ones."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A segment's answer as sets of rows over the blocks looked at.

    ``without`` holds, by facet, the rows that match with that facet's own choice left out.
    ``squares`` are squared chords from the centre, one for each row of the blocks; inf where a
    row has no distance; None where the search has no centre.
    """

    table: Table
    moment: Moment
    blocks: Blocks
    match: Words
    known: Words
    named: Words
    without: Mapping[str, Words]
    squares: Floats | None

    @property
    def total(self) -> int:
        """How many listings match."""
        return size(self.match)


class Segment:
    """Some listings of the catalogue, and how to ask for them."""

    def __init__(self, table: Table, alive: Words | None = None) -> None:
        self.table = table
        self.alive = table.columns.rows if alive is None else alive

    def without(self, pks: Iterable[int]) -> "Segment":
        """The same table less the rows of these listings."""
        rows = [row for pk in pks if (row := self.table.columns.row_of(pk)) is not None]
        if not rows:
            return self
        gone = of_rows(np.array(rows), self.table.columns.blocks)
        return Segment(self.table, self.alive & ~gone)

    def survey(self, criteria: SearchCriteria, asked: Asked, at: dt.datetime) -> Survey:
        """Which rows match, which of them are known to, and which would with a choice left out."""
        moment = self.table.moment(int(at.timestamp()) // 60)
        base = self.alive if criteria.older else self.alive & moment.current
        blocks, inside, squares = self._reach(criteria, base)
        named = inside
        if asked.units:
            matching, named = worded(self.table, asked.units, blocks)
            inside = inside & matching
        made = choices(self.table, asked, moment, blocks)
        without = _left_out(inside, made)
        match, known = inside, inside
        for choice in made:
            match, known = match & choice.fits, known & choice.yes
        return Survey(self.table, moment, blocks, match, known, named, without, squares)

    def _reach(self, criteria: SearchCriteria, base: Words) -> tuple[Blocks, Words, Floats | None]:
        """The blocks to look at, the rows inside the scope, and their squared chords."""
        columns = self.table.columns
        match criteria.scope:
            case Circle():
                return self._around(criteria, criteria.scope, base)
            case Area():
                inside = self.table.in_area(criteria.scope) & ~columns.online
                if criteria.online:
                    inside = inside | self.table.serving(criteria.scope)
                inside = inside & base
                blocks = _few(np.flatnonzero(inside), columns.blocks)
                return blocks, take(inside, blocks), None
            case None:
                return None, base, None

    def _around(
        self, criteria: SearchCriteria, circle: Circle, base: Words
    ) -> tuple[Blocks, Words, Floats]:
        columns = self.table.columns
        near = blocks_near(columns.band, circle)
        elsewhere = None
        if criteria.online:
            elsewhere = self.table.serving(criteria.here) & base
            near = np.union1d(near, np.flatnonzero(elsewhere))
        blocks = _few(near, columns.blocks)
        x, y, z = (_rows_in(column, blocks) for column in (columns.x, columns.y, columns.z))
        squares = chords(x, y, z, circle)
        squares[_row_numbers(blocks, columns.blocks) >= columns.placed] = np.inf
        inside = to_words(squares <= chord_of(circle.miles))
        if elsewhere is not None:
            inside |= take(elsewhere, blocks)
        return blocks, inside & take(base, blocks), squares


def _left_out(inside: Words, made: Sequence[Choice]) -> dict[str, Words]:
    """By facet, the rows inside that answer every other choice."""
    before = [inside]
    for choice in made:
        before.append(before[-1] & choice.fits)
    left: dict[str, Words] = {}
    after = np.full(len(inside), EVERY)
    for choice, earlier in zip(reversed(made), reversed(before[:-1]), strict=True):
        left[choice.facet] = earlier & after
        after = after & choice.fits
    return left


def _few(blocks: NDArray[np.intp], of: int) -> Blocks:
    return blocks if len(blocks) < MOST_OF_ALL * of else None


def _rows_in(column: Floats, blocks: Blocks) -> Floats:
    if blocks is None:
        return column
    return np.asarray(column.reshape(-1, ROWS_IN_BLOCK)[blocks]).reshape(-1)


def _row_numbers(blocks: Blocks, of: int) -> Rows:
    if blocks is None:
        return np.arange(of * ROWS_IN_BLOCK)
    return np.asarray(blocks[:, None] * ROWS_IN_BLOCK + np.arange(ROWS_IN_BLOCK)).reshape(-1)
