"""The words of listings and the rows that hold them: postings in flat arrays.

Words are sorted by their UTF-8 bytes and postings by word, so that the rows of one word, and of all
words with one beginning, are one slice of one array. The arrays can be mapped from a file and
shared by processes; nothing is unpacked to read them. docs/adr/0007-words-in-the-index.md says why
they are our own.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from listings.search.spelling import errors_forgiven, spellings
from listings.values.text import fold

LONGEST_WORD = 40
"""Letters that are kept of a word; a longer one is found by these."""
LEAST_PREFIX = 2
"""Letters from which a word is taken for the beginning of others."""

_TEXTS_AT_ONCE = 500
_END = "\x01"  # stands behind each text; like all control characters it is part of no word
_AFTER_ANY_LETTER = b"\xff"  # UTF-8 never holds it, so it sorts behind every continued word
# ASCII as `fold` leaves it, but for apostrophes: what they join is folded as one word.
_ASCII = bytes(
    code if chr(code).isalnum() or code > 127 or chr(code) in f"'`{_END}" else ord(" ")
    for code in range(256)
).lower()
# rapidfuzz's own types do not fit each other here.
_ERRORS: Any = OSA.distance


def build_words(texts: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The words of texts, folded, and the rows (numbers of texts, from 0 on) that hold them.

    Returns:
        `words` (uint8): the UTF-8 letters of the w distinct words, in the order of their bytes;
        `words_at` (uint32, w + 1): where each word begins, then where the last one ends;
        `postings` (uint32): by word, the distinct rows that hold it, ascending;
        `postings_at` (uint32, w + 1): where the rows of each word begin, then their number.
    """
    seen, pieces = _read(texts)
    words, numbers, first, count = _folded(pieces)
    postings, postings_at = _by_word(seen, numbers, first, count, len(words))
    words_at = np.zeros(len(words) + 1, np.uint32)
    np.cumsum([len(word) for word in words], out=words_at[1:])
    return {
        "words": np.frombuffer(b"".join(words), np.uint8),
        "words_at": words_at,
        "postings": postings,
        "postings_at": postings_at,
    }


class _Numbers(dict[bytes, int]):
    """Gives each distinct piece the next number."""

    def __missing__(self, piece: bytes) -> int:
        number = self[piece] = len(self)
        return number


def _read(texts: Iterable[str]) -> tuple[NDArray[np.uint32], list[bytes]]:
    """The texts as numbers of pieces, 0 behind each text, and the pieces by number.

    Folding text by text costs three times as much as everything else here. So ASCII is folded for
    thousands of texts in one pass; only distinct pieces with other letters are folded one by one.
    Folding never reaches across a space, so the words are those of `fold`.
    """
    numbers = _Numbers({_END.encode(): 0})
    seen = [np.zeros(0, np.uint32)]
    remaining = iter(texts)
    while some := list(islice(remaining, _TEXTS_AT_ONCE)):
        joined = _joined(some)
        if joined.count(_END) != len(some):
            joined = _joined([text.replace(_END, " ") for text in some])
        pieces = joined.encode("utf-8", "surrogatepass").translate(_ASCII).split()
        seen.append(np.fromiter(map(numbers.__getitem__, pieces), np.uint32, len(pieces)))
    return np.concatenate(seen), list(numbers)


def _joined(texts: list[str]) -> str:
    return f" {_END} ".join([*texts, ""])


def _folded(
    pieces: list[bytes],
) -> tuple[list[bytes], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    """The sorted words of all pieces; then numbers of words, piece by piece.

    The words of piece p have the numbers `numbers[first[p] : first[p] + count[p]]`.
    """
    all_words: list[bytes] = []
    counts = []
    for piece in pieces:
        found = _words_of(piece)
        all_words += found
        counts.append(len(found))
    words = sorted(set(all_words))
    known = dict(zip(words, range(len(words)), strict=True))
    numbers = np.fromiter(map(known.__getitem__, all_words), np.uint32, len(all_words))
    count = np.array(counts, np.uint32)
    return words, numbers, (np.cumsum(count) - count).astype(np.uint32), count


def _words_of(piece: bytes) -> list[bytes]:
    if piece.isalnum():
        return [piece[:LONGEST_WORD]]
    words = fold(piece.decode("utf-8", "surrogatepass")).split()
    return [word[:LONGEST_WORD].encode() for word in words]


def _by_word(
    seen: NDArray[np.uint32],
    numbers: NDArray[np.uint32],
    first: NDArray[np.uint32],
    count: NDArray[np.uint32],
    words: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The postings and where those of each word begin."""
    ends = np.flatnonzero(seen == 0)
    rows = np.repeat(np.arange(len(ends), dtype=np.uint32), np.diff(ends, prepend=-1))
    # A word and a row as one number; a last entry stands in for words that are not there.
    high = np.append(numbers, np.uint32(0)).astype(np.uint64) << 32
    pairs = np.empty(int(count[seen].sum(dtype=np.int64)), np.uint64)
    filled = nth = 0
    # One pass for the first word of each piece; few pieces have a second.
    while filled < len(pairs):
        held = (count > nth)[seen]
        seen, rows = seen[held], rows[held]
        part = pairs[filled : filled + len(seen)]
        nth_word = high[np.minimum(first + np.uint32(nth), len(numbers))]
        np.take(nth_word, seen, out=part, mode="clip")
        part |= rows
        filled += len(seen)
        nth += 1
    # Rows come in order, which a merge sort profits from.
    pairs.sort(kind="stable")
    new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    pairs = pairs[new]
    begins = np.arange(words + 1, dtype=np.uint64) << 32
    return pairs.astype(np.uint32), np.searchsorted(pairs, begins).astype(np.uint32)


class Words:
    """Looks words up in the arrays of `build_words`, which may be read-only maps of a file."""

    def __init__(
        self,
        words: NDArray[np.uint8],
        words_at: NDArray[np.uint32],
        postings: NDArray[np.uint32],
        postings_at: NDArray[np.uint32],
    ) -> None:
        self._words = words
        self._words_at = words_at
        self._postings = postings
        self._postings_at = postings_at
        self._letters = words.data
        self._begins = words_at.data

    def __len__(self) -> int:
        return len(self._words_at) - 1

    def rows(self, word: str, prefix: bool) -> NDArray[np.uint32]:
        """Rows that hold a folded word, in whichever spelling (number, American or British).

        With `prefix`, and two letters at least, also rows with a longer word that begins so. A row
        may stand in the answer several times, and rows are in no order.
        """
        found = [self._postings[part] for part in self._parts(word, prefix)]
        if not found:
            return self._postings[:0]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def has(self, word: str, prefix: bool) -> bool:
        """Whether `rows` has any."""
        return any(True for _ in self._parts(word, prefix))

    def _parts(self, word: str, prefix: bool) -> Iterator[slice]:
        """The slices of postings, none of them empty."""
        for form in spellings(word[:LONGEST_WORD]):
            letters = form.encode("utf-8", "replace")
            longer = prefix and form == word[:LONGEST_WORD] and len(form) >= LEAST_PREFIX
            first = self._place(letters)
            last = self._place(letters + (_AFTER_ANY_LETTER if longer else b"\0"))
            if first < last:
                yield slice(int(self._postings_at[first]), int(self._postings_at[last]))

    def _place(self, letters: bytes) -> int:
        """The number of the first word that does not sort before these letters."""
        return bisect_left(range(len(self)), letters, key=self._word)

    def _word(self, number: int) -> bytes:
        return bytes(self._letters[self._begins[number] : self._begins[number + 1]])

    def similar(self, word: str, limit: int = 5) -> list[str]:
        """Indexed words that a misspelt folded word may mean; frequent ones first among equals.

        One letter added, dropped, changed or swapped is forgiven from 4 letters, two from 8.
        """
        word = word[:LONGEST_WORD]
        most = errors_forgiven(word)
        if not most or not len(self):
            return []
        choices = {int(number): self._word(number).decode() for number in self._near(word, most)}
        found = process.extract(
            word, choices, scorer=_ERRORS, score_cutoff=most, limit=None, processor=None
        )
        ranked = sorted((int(errors), -self._frequency(at), name) for name, errors, at in found)
        return [name for _, _, name in ranked[:limit]]

    def _frequency(self, number: int) -> int:
        return int(self._postings_at[number + 1]) - int(self._postings_at[number])

    def _near(self, word: str, most: int) -> NDArray[np.intp]:
        """Numbers of words whose length and set of letters are near enough for `most` errors."""
        letters = np.frombuffer(word.encode("utf-8", "replace"), np.uint8)
        lengths, marks = self._shapes
        length, mark = _shapes(letters, np.zeros(1, np.uint32))
        # One error takes away at most one letter of the set and brings at most one.
        near = np.bitwise_count(marks ^ mark) <= 2 * most
        return np.flatnonzero(near & (np.abs(lengths - length) <= most))

    @cached_property
    def _shapes(self) -> tuple[NDArray[np.int8], NDArray[np.uint64]]:
        return _shapes(self._words, self._words_at[:-1])


def _shapes(
    letters: NDArray[np.uint8], begins: NDArray[np.uint32]
) -> tuple[NDArray[np.int8], NDArray[np.uint64]]:
    """The length of each word, and a 64-bit set of its letters (several share a bit)."""
    head = letters & 0xC0 != 0x80
    last_byte = np.ones(len(letters), np.bool_)
    last_byte[:-1] = head[1:]
    bits = np.where(last_byte, np.uint64(1) << (letters & np.uint64(63)), np.uint64(0))
    lengths = np.add.reduceat(head, begins, dtype=np.int8)
    return lengths, np.bitwise_or.reduceat(bits, begins)
