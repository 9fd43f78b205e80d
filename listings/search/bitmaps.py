"""Sets of rows as bitmaps: 64 rows to a word, and one word for each row block and column.

A *block* is 64 neighbouring rows. ``columns`` of shape (blocks, width) hold, for each block, one
word for each of ``width`` properties, side by side: a search near a place reads a few short runs
of memory, and the count behind every property is one AND and one population count for 64 rows.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
Blocks = NDArray[np.intp] | None
"""Numbers of the blocks that are looked at; None for all of them."""

ROWS_IN_BLOCK = 64
EVERY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
NONE = np.uint64(0)
# 512 blocks of 320 words are 1.3 MB: what is read, masked and counted stays in the cache.
_AT_ONCE = 512
_WORDS_AT_ONCE = _AT_ONCE * 320
_IN_HALVES_FROM = 4_096


def block_count(rows: int) -> int:
    """How many blocks hold so many rows."""
    return -(-rows // ROWS_IN_BLOCK)


def to_words(flags: Flags) -> Words:
    """One bit for each flag; the length must be a multiple of 64."""
    return np.packbits(flags, bitorder="little").view(np.uint64)


def to_flags(words: Words) -> Flags:
    """One flag for each bit."""
    return np.unpackbits(words.view(np.uint8), bitorder="little").view(np.bool_)


def of_rows(rows: NDArray[np.integer], blocks: int) -> Words:
    """The set of these row numbers, over so many blocks."""
    flags = np.zeros(blocks * ROWS_IN_BLOCK, dtype=np.bool_)
    flags[rows] = True
    return to_words(flags)


def rows_of(words: Words, blocks: Blocks = None) -> Rows:
    """The row numbers in a set, ascending."""
    found = np.flatnonzero(to_flags(words))
    if blocks is None:
        return found
    return blocks[found // ROWS_IN_BLOCK] * ROWS_IN_BLOCK + found % ROWS_IN_BLOCK


def size(words: Words) -> int:
    """How many rows are in a set."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def take(words: Words, blocks: Blocks) -> Words:
    """The words of these blocks."""
    return words if blocks is None else words[blocks]


def column(columns: Words, number: int, blocks: Blocks) -> Words:
    """One property of the rows in these blocks."""
    return np.ascontiguousarray(columns[:, number]) if blocks is None else columns[blocks, number]


Masks = Sequence[tuple[slice, Words]]
"""Neighbouring columns, and the rows over which they are counted."""


def runs(numbers: NDArray[np.integer]) -> list[slice]:
    """Ascending numbers as slices: slices of columns are read several times faster than picks."""
    parts = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    return [slice(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]


def tally(columns: Words, mask: Words, blocks: Blocks, others: Masks = ()) -> NDArray[np.int64]:
    """How many rows of the mask have each property: int64 of shape (width,).

    ``mask`` has one word for each of ``blocks``. ``others`` are columns that are counted over
    another mask of the same length instead.
    """
    if len(mask) < _IN_HALVES_FROM:
        return _tally(columns, mask, blocks, others, 0, len(mask))
    middle = len(mask) // 2
    # numpy lets go of the interpreter meanwhile, so a second core counts the other half.
    second = _helper().submit(_tally, columns, mask, blocks, others, middle, len(mask))
    first = _tally(columns, mask, blocks, others, 0, middle)
    return np.asarray(first + second.result())


@cache
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="tally")


def _tally(
    columns: Words, mask: Words, blocks: Blocks, others: Masks, first: int, last: int
) -> NDArray[np.int64]:
    """The part of a tally from one position of the mask to another."""
    width = columns.shape[1]
    at_once = min(max(_WORDS_AT_ONCE // max(width, 1), 1), last - first)
    total = np.zeros(width, dtype=np.int64)
    found = np.empty((at_once, width), dtype=np.uint64)
    bits = np.empty(found.shape, dtype=np.uint8)
    for start in range(first, last, max(at_once, 1)):
        here = slice(start, min(start + at_once, last))
        part = columns[here] if blocks is None else columns[blocks[here]]
        masked, counted = found[: len(part)], bits[: len(part)]
        np.bitwise_and(part, mask[here, None], out=masked)
        for run, other in others:
            np.bitwise_and(part[:, run], other[here, None], out=masked[:, run])
        np.bitwise_count(masked, out=counted)
        total += _sum(counted)
    return total


def _sum(bits: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The sum of each column of counts up to 64: three of them at a time still fit into a byte."""
    thirds = len(bits) // 3
    threes = bits[:thirds] + bits[thirds : 2 * thirds]
    threes += bits[2 * thirds : 3 * thirds]
    rest = bits[3 * thirds :].sum(axis=0, dtype=np.uint32)
    return np.asarray(threes.sum(axis=0, dtype=np.uint32) + rest)


def transposed(packed: NDArray[np.uint8], numbers: NDArray[np.intp]) -> Words:
    """Columns of shape (blocks, width) from packed rows.

    ``packed`` is uint8 of shape (rows, bytes), bit k of a row being bit k % 8 of byte k // 8;
    rows are a multiple of 64. ``numbers`` are the bits wanted, one for each column.
    """
    width = len(numbers)
    columns = np.empty((len(packed) // ROWS_IN_BLOCK, width), dtype=np.uint64)
    for start in range(0, len(columns), _AT_ONCE):
        part = packed[start * ROWS_IN_BLOCK : (start + _AT_ONCE) * ROWS_IN_BLOCK]
        bits = np.unpackbits(part, axis=1, bitorder="little")[:, numbers]
        cube = bits.reshape(len(part) // ROWS_IN_BLOCK, ROWS_IN_BLOCK, width).transpose(0, 2, 1)
        packed_again = np.ascontiguousarray(np.packbits(cube, axis=2, bitorder="little"))
        columns[start : start + _AT_ONCE] = packed_again.view(np.uint64)[:, :, 0]
    return columns
