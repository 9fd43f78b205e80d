"""Makes the arrays in which `search.words` looks words up: which words there are, and where."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.numbering import Numbers
from listings.search.words import LONGEST_WORD
from listings.values.text import fold

_TEXTS_AT_ONCE = 500
_END = "\x01"  # stands behind each text; like all control characters it is part of no word
# ASCII as `fold` leaves it, but for apostrophes: what they join is folded as one word.
_ASCII = bytes(
    code if chr(code).isalnum() or code > 127 or chr(code) in f"'`{_END}" else ord(" ")
    for code in range(256)
).lower()


class TextColumn(NamedTuple):
    """One text for each row: the distinct ones, and the number of each row's own (uint32)."""

    texts: Sequence[str]
    of_row: NDArray[np.uint32]


class _Spans(NamedTuple):
    """Runs in an array, as integers of 64 bits: where each begins, and how long it is."""

    begins: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def of(self, numbers: NDArray[np.unsignedinteger[Any]]) -> "_Spans":
        """The runs with these numbers."""
        return _Spans(self.begins[numbers], self.lengths[numbers])

    def positions(self) -> NDArray[np.int64]:
        """The places of all runs, one run after the other."""
        ends = np.cumsum(self.lengths)
        total = int(ends[-1]) if len(ends) else 0
        shifts = np.repeat(self.begins - (ends - self.lengths), self.lengths)
        return np.asarray(np.arange(total) + shifts)


def build_words(*columns: TextColumn) -> dict[str, NDArray[Any]]:
    """The words of the texts of rows, folded, and the rows (from 0 on) that hold them.

    Returns:
        `words` (uint8): the UTF-8 letters of the w distinct words, in the order of their bytes;
        `words_at` (uint32, w + 1): where each word begins, then where the last one ends;
        `postings` (uint32): by word, the distinct rows that hold it, ascending;
        `postings_at` (uint32, w + 1): where the rows of each word begin, then their number.
    """
    seen, pieces = _read(chain.from_iterable(column.texts for column in columns))
    words, numbers, of_piece = _folded(pieces)
    # From pieces to words, text by text.
    spans = of_piece.of(seen)
    held = numbers[spans.positions()]
    ends = np.cumsum(spans.lengths)[seen == 0]
    of_text = _Spans(np.append(0, ends[:-1]), np.diff(ends, prepend=0))
    postings, postings_at = _by_word(_pairs(columns, of_text, held), len(words))
    words_at = np.zeros(len(words) + 1, np.uint32)
    np.cumsum([len(word) for word in words], out=words_at[1:])
    return {
        "words": np.frombuffer(b"".join(words), np.uint8),
        "words_at": words_at,
        "postings": postings,
        "postings_at": postings_at,
    }


def _read(texts: Iterable[str]) -> tuple[NDArray[np.uint32], list[bytes]]:
    """The texts as numbers of pieces, 0 behind each text, and the pieces by number.

    Folding text by text costs three times as much as everything else here. So ASCII is folded for
    hundreds of texts in one pass; only distinct pieces with other letters are folded one by one.
    Folding never reaches across a space, so the words are those of `fold`.
    """
    numbers = Numbers({_END.encode(): 0})
    seen = [np.zeros(0, np.uint32)]
    remaining = iter(texts)
    while some := list(islice(remaining, _TEXTS_AT_ONCE)):
        joined = _joined(some)
        if joined.count(_END) != len(some):
            joined = _joined([text.replace(_END, " ") for text in some])
        pieces = joined.encode("utf-8", "surrogatepass").translate(_ASCII).split()
        seen.append(numbers.of(pieces))
    return np.concatenate(seen), list(numbers)


def _joined(texts: list[str]) -> str:
    return f" {_END} ".join([*texts, ""])


def _folded(pieces: list[bytes]) -> tuple[list[bytes], NDArray[np.uint64], _Spans]:
    """The sorted words of all pieces; numbers of words; and which of these are of each piece."""
    all_words: list[bytes] = []
    counts = []
    for piece in pieces:
        found = _words_of(piece)
        all_words += found
        counts.append(len(found))
    words = sorted(set(all_words))
    known = dict(zip(words, range(len(words)), strict=True))
    numbers = np.fromiter(map(known.__getitem__, all_words), np.uint64, len(all_words))
    lengths = np.array(counts, np.int64)
    return words, numbers, _Spans(np.cumsum(lengths) - lengths, lengths)


def _words_of(piece: bytes) -> list[bytes]:
    if piece.isalnum():
        return [piece[:LONGEST_WORD]]
    words = fold(piece.decode("utf-8", "surrogatepass")).split()
    return [word[:LONGEST_WORD].encode() for word in words]


def _pairs(
    columns: Sequence[TextColumn], of_text: _Spans, held: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Every word of every row, as one number: the word's in the high half, the row's in the low."""
    parts = [np.zeros(0, np.uint64)]
    before = 0
    for texts, of_row in columns:
        spans = of_text.of(of_row + np.uint32(before))
        pairs = held[spans.positions()] << np.uint64(32)
        pairs |= np.repeat(np.arange(len(of_row), dtype=np.uint64), spans.lengths)
        parts.append(pairs)
        before += len(texts)
    return np.concatenate(parts)


def _by_word(
    pairs: NDArray[np.uint64], words: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The postings and where those of each word begin."""
    pairs.sort()
    new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    pairs = pairs[new]
    begins = np.arange(words + 1, dtype=np.uint64) << np.uint64(32)
    return pairs.astype(np.uint32), np.searchsorted(pairs, begins).astype(np.uint32)
