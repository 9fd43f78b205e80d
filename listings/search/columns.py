"""The columns of a segment: what the index knows of its listings, as arrays.

Rows are in the order of `space.sort_key`: those with a place first, band by band and from west to
east, then those that no circle holds. All arrays over rows are padded to whole blocks of 64.
"""

from bisect import bisect_left
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import Words, block_count

FACT_BITS = 320
DAY_PARTS = 28
"""Columns behind the facts: one for each weekday and part of the day in which a group meets."""

OPENING_STATES = ("open", "waiting-list", "full")


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays, all of them plain, so that they can lie in one file that processes share.

    n is the number of rows, b the number of blocks; texts stand as (offsets, UTF-8 bytes).
    """

    # -- rows, padded to b * 64
    pk: NDArray[np.int64]
    by_pk: NDArray[np.uint32]  # (n,) rows in the order of pk
    tie: NDArray[np.uint64]  # low half of the random public_id
    confirmed: NDArray[np.int32]  # ordinal of the day of the last check or register; 0: never
    name_rank: NDArray[np.uint32]  # equal for equal names
    by_name: NDArray[np.uint32]  # (n,) rows by name, then last confirmed, then tie
    area: NDArray[np.uint32]  # number in `areas`
    pattern: NDArray[np.uint32]  # number in `patterns`; 0: no hours known
    # -- where; rows below `placed` have a point
    band: NDArray[np.float64]  # (placed,) sort key: band and longitude in one number
    x: NDArray[np.float64]  # unit vector of the point
    y: NDArray[np.float64]
    z: NDArray[np.float64]
    # -- sets of rows
    rows: Words  # (b,) rows that are no padding
    unverified: Words
    online: Words  # online only: no circle holds them
    facts: Words  # (b, width): what `yes`, `no`, `dedicated` and `day_parts` show, side by side
    no_bits: NDArray[np.int16]
    dedicated_bits: NDArray[np.int16]
    # -- meetings, by row
    meeting_row: NDArray[np.uint32]
    meeting_start: NDArray[np.int32]  # minute of the local week
    meeting_minutes: NDArray[np.int32]  # how long; 0: not known
    meeting_zone: NDArray[np.uint16]  # number in `zones`
    meeting_from: NDArray[np.int32]  # ordinal of the first day; 0: no limit
    meeting_to: NDArray[np.int32]  # ordinal of the last day; 0: no limit
    # -- openings, by row
    opening_row: NDArray[np.uint32]
    opening_state: NDArray[np.uint8]  # number in OPENING_STATES
    opening_wait: NDArray[np.int32]  # days; -1: not known
    opening_expires: NDArray[np.float64]  # seconds since 1970, UTC
    # -- texts, separated by NUL within one entry
    names: NDArray[np.uint8]
    names_at: NDArray[np.uint32]  # (n + 1,) casefolded names, by row
    areas: NDArray[np.uint8]  # "US\tCT\n…"
    zones: NDArray[np.uint8]  # "America/New_York\n…"
    patterns: NDArray[np.uint8]  # "Mo-Fr 09:00-17:00\tAmerica/New_York\n…"
    # -- words of names, and of providers and towns (search.words)
    own_words: NDArray[np.uint8]
    own_words_at: NDArray[np.uint32]
    own_postings: NDArray[np.uint32]
    own_postings_at: NDArray[np.uint32]
    other_words: NDArray[np.uint8]
    other_words_at: NDArray[np.uint32]
    other_postings: NDArray[np.uint32]
    other_postings_at: NDArray[np.uint32]

    @property
    def count(self) -> int:
        """Rows without the padding."""
        return len(self.by_pk)

    @property
    def blocks(self) -> int:
        """Blocks of 64 rows."""
        return block_count(self.count)

    @property
    def placed(self) -> int:
        """Rows that a circle may hold; they come first."""
        return len(self.band)

    @property
    def counted(self) -> Words:
        """Known yes, known no and programmes of their own, which are counted in one go."""
        return self.facts[:, : self.facts.shape[1] - DAY_PARTS]

    @property
    def yes(self) -> Words:
        """Known yes: (b, FACT_BITS)."""
        return self.facts[:, :FACT_BITS]

    @property
    def no(self) -> Words:
        """Known no, of the bits in `no_bits` alone."""
        return self.facts[:, FACT_BITS:][:, : len(self.no_bits)]

    @property
    def dedicated(self) -> Words:
        """Programmes of their own, for those of the bits in `dedicated_bits` alone."""
        return self.facts[:, FACT_BITS + len(self.no_bits) :][:, : len(self.dedicated_bits)]

    @property
    def day_parts(self) -> Words:
        """Meetings held every week, by weekday and part of the day: (b, DAY_PARTS)."""
        return self.facts[:, -DAY_PARTS:]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def row_of(self, pk: int) -> int | None:
        """The row of a listing, if it is here."""
        at = bisect_left(self.by_pk, pk, key=lambda row: int(self.pk[row]))
        if at < self.count and self.pk[self.by_pk[at]] == pk:
            return int(self.by_pk[at])
        return None

    def name(self, row: int) -> bytes:
        """The casefolded name, for the order by name."""
        return self.names[self.names_at[row] : self.names_at[row + 1]].tobytes()


def lines_of(text: NDArray[np.uint8]) -> list[str]:
    """The lines of a text column."""
    return text.tobytes().decode().split("\n")[:-1]


def text_of(lines: list[str]) -> NDArray[np.uint8]:
    """Lines as a text column."""
    return np.frombuffer("".join(f"{line}\n" for line in lines).encode(), dtype=np.uint8)
