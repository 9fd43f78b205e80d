"""Which rows answer each choice: a known yes, not known, or no."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from listings.search.asking import Asked, Ticked
from listings.search.bitmaps import EVERY, NONE, Blocks, Words, of_rows, take
from listings.search.criteria import DAY, MEETS, OPEN, OPENING, PART, PROGRAMME
from listings.search.moment import Moment
from listings.search.phrases import Unit
from listings.search.table import Table


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows that answer one facet's choice with yes, and those for which it is not known."""

    facet: str
    yes: Words
    maybe: Words

    @property
    def fits(self) -> Words:
        """Rows that this choice lets in."""
        return self.yes | self.maybe


def choices(table: Table, asked: Asked, moment: Moment, blocks: Blocks) -> list[Choice]:
    """Every choice of a search, over the blocks looked at."""
    found = [_ticked(table, one, blocks) for one in asked.ticked]
    nobody = np.full(table.columns.blocks if blocks is None else len(blocks), NONE)
    if asked.programmes:
        yes = nobody
        for bit in asked.programmes:
            yes = yes | table.dedicated(bit, blocks)
        found.append(Choice(PROGRAMME, yes, nobody))
    if OPEN in asked.times:
        opened, closed = (take(words, blocks) for words in moment.hours)
        found.append(_timed(OPEN, opened, closed, asked))
    if OPENING in asked.times:
        wanted, held = nobody, nobody
        for state, words in moment.openings.items():
            held = held | take(words, blocks)
            if state in asked.times[OPENING]:
                wanted = wanted | take(words, blocks)
        found.append(_timed(OPENING, wanted, held & ~wanted, asked))
    if DAY in asked.times or PART in asked.times:
        held = moment.meeting(asked.times.get(DAY, ()), asked.times.get(PART, ()))
        found.append(Choice(MEETS, take(held, blocks), nobody))
    return found


def _ticked(table: Table, ticked: Ticked, blocks: Blocks) -> Choice:
    yes = table.yes(ticked.bits[0], blocks)
    denied = table.no(ticked.bits[0], blocks)
    for bit in ticked.bits[1:]:
        yes = yes | table.yes(bit, blocks)
        denied = denied & table.no(bit, blocks)
    maybe = np.full(len(yes), NONE) if ticked.strict else ~denied
    return Choice(ticked.facet, yes, maybe)


def _timed(facet: str, yes: Words, no: Words, asked: Asked) -> Choice:
    maybe = np.full(len(yes), NONE) if facet in asked.known_only else ~(yes | no)
    return Choice(facet, yes, maybe)


def worded(
    table: Table, units: Sequence[tuple[Unit, tuple[int, ...]]], blocks: Blocks
) -> tuple[Words, Words]:
    """Rows that match every unit of a text, and rows that have all its words in their own name."""
    length = table.columns.blocks if blocks is None else len(blocks)
    matching, named = np.full(length, EVERY), np.full(length, EVERY)
    for unit, bits in units:
        here, own = _words_of(table, unit, blocks)
        for bit in bits:
            here = here | table.yes(bit, blocks)
        matching, named = matching & here, named & own
    return matching, named


def _words_of(table: Table, unit: Unit, blocks: Blocks) -> tuple[Words, Words]:
    """Rows with all words of a unit anywhere, and in their name."""
    own_index, other_index = table.words
    anywhere = in_name = np.full(table.columns.blocks, EVERY)
    for number, word in enumerate(unit.words, start=1):
        prefix = unit.begins and number == len(unit.words)
        own = of_rows(own_index.rows(word, prefix), table.columns.blocks)
        other = of_rows(other_index.rows(word, prefix), table.columns.blocks)
        anywhere, in_name = anywhere & (own | other), in_name & own
    return take(anywhere, blocks), take(in_name, blocks)
