"""Columns with what follows from them: named sets of rows, made when they are first asked for."""

import datetime as dt
from functools import cached_property, lru_cache

import numpy as np

from listings.search.bitmaps import NONE, Blocks, Words, column, to_words
from listings.search.columns import Columns, lines_of
from listings.search.criteria import Area
from listings.search.moment import Moment
from listings.search.opening_weeks import OpeningWeeks
from listings.search.weekly_meetings import WeeklyMeetings
from listings.search.words import Words as WordIndex

_AREAS_KEPT = 64
_MINUTES_KEPT = 2


class Table:
    """The columns of a segment. Nothing here changes, so threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.in_area = lru_cache(_AREAS_KEPT)(self._in_area)
        self.serving = lru_cache(_AREAS_KEPT)(self._serving)
        self.moment = lru_cache(_MINUTES_KEPT)(self._moment)
        self._denied = {bit: number for number, bit in enumerate(columns.no_bits.tolist())}
        self._own = {bit: number for number, bit in enumerate(columns.dedicated_bits.tolist())}

    def yes(self, bit: int, blocks: Blocks) -> Words:
        """Rows with a known yes for a term."""
        return column(self.columns.yes, bit, blocks)

    def no(self, bit: int, blocks: Blocks) -> Words:
        """Rows with a known no for a term."""
        return self._column(self.columns.no, self._denied.get(bit), blocks)

    def dedicated(self, bit: int, blocks: Blocks) -> Words:
        """Rows with a programme of its own for a term."""
        return self._column(self.columns.dedicated, self._own.get(bit), blocks)

    def _column(self, columns: Words, number: int | None, blocks: Blocks) -> Words:
        if number is None:
            return np.full(self.columns.blocks if blocks is None else len(blocks), NONE)
        return column(columns, number, blocks)

    @cached_property
    def words(self) -> tuple[WordIndex, WordIndex]:
        """The words of names, and those of providers and towns."""
        columns = self.columns
        own, other = (
            WordIndex(
                **{
                    name: getattr(columns, f"{prefix}_{name}")
                    for name in ("words", "words_at", "postings", "postings_at")
                }
            )
            for prefix in ("own", "other")
        )
        return own, other

    @cached_property
    def _addresses(self) -> list[tuple[str, str]]:
        return [(line.partition("\t")[0], line.partition("\t")[2]) for line in self._area_lines]

    @cached_property
    def _area_lines(self) -> list[str]:
        return lines_of(self.columns.areas)

    def _in_area(self, area: Area) -> Words:
        """Rows with an address in a country, or in one of its regions."""
        return self._with_area(
            [
                country == area.country and area.region in ("", region)
                for country, region in self._addresses
            ]
        )

    def _serving(self, here: Area | None) -> Words:
        """Online-only rows that serve a place: those of its country or region, or of no area."""
        if here is None:
            return self.columns.online
        served = [
            country in ("", here.country)
            and (not country or not region or not here.region or region == here.region)
            for country, region in self._addresses
        ]
        return self._with_area(served) & self.columns.online

    def _with_area(self, wanted: list[bool]) -> Words:
        if not wanted:
            return np.full(self.columns.blocks, NONE)
        return to_words(np.array(wanted)[self.columns.area]) & self.columns.rows

    def _moment(self, minute: int) -> Moment:
        at = dt.datetime.fromtimestamp(minute * 60, dt.UTC)
        return Moment(self.columns, self._weeks, self._meetings, at)

    @cached_property
    def _meetings(self) -> WeeklyMeetings:
        return WeeklyMeetings(self.columns)

    @cached_property
    def _weeks(self) -> OpeningWeeks:
        return OpeningWeeks(lines_of(self.columns.patterns))
