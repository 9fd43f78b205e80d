"""The words of listings and the rows that hold them: postings in flat arrays.

Words are sorted by their UTF-8 bytes and postings by word, so that the rows of one word, and of all
words with one beginning, are one slice of one array. The arrays can be mapped from a file and
shared by processes; nothing is unpacked to read them. docs/adr/0007-words-in-the-index.md says why
they are our own.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from listings.search.spelling import errors_forgiven, spellings

LONGEST_WORD = 40
"""Letters that are kept of a word; a longer one is found by these."""
LEAST_PREFIX = 2
"""Letters from which a word is taken for the beginning of others."""

_AFTER_ANY_LETTER = b"\xff"  # UTF-8 never holds it, so it sorts behind every continued word
# rapidfuzz's own types do not fit each other here.
_ERRORS: Any = OSA.distance


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
