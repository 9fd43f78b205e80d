"""What an index holds, listing by listing, so that two indexes can be compared."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import ROWS_IN_BLOCK, Words, rows_of
from listings.search.columns import FACT_BITS, Columns, lines_of
from listings.search.index import Index
from listings.search.segment import Segment

Held = dict[int, dict[str, Any]]


def held(index: Index) -> Held:
    """By listing key, all that the index knows of it; AssertionError where one stands twice."""
    whole: Held = {}
    for segment in index.segments:
        for pk, known in _of_segment(segment):
            assert pk not in whole, f"listing {pk} stands in two segments"
            whole[pk] = known
    return whole


def differences(index: Index, other: Index) -> list[str]:
    """What the two hold differently, a sentence for each listing."""
    ours, theirs = held(index), held(other)
    said = [
        f"listing {pk} is only in the {'one' if pk in ours else 'other'}"
        for pk in ours.keys() ^ theirs.keys()
    ]
    for pk in ours.keys() & theirs.keys():
        said += [
            f"listing {pk}, {name}: {value!r}, not {theirs[pk][name]!r}"
            for name, value in ours[pk].items()
            if value != theirs[pk][name]
        ]
    return said


def _of_segment(segment: Segment) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = segment.table.columns
    rows = rows_of(segment.alive)
    areas, patterns = lines_of(columns.areas), lines_of(columns.patterns)
    zones = lines_of(columns.zones)
    sets = {
        "unverified": _bits(columns.unverified[:, None], rows),
        "online": _bits(columns.online[:, None], rows),
        "yes": _bits(columns.yes, rows),
        "day_parts": _bits(columns.day_parts, rows),
        "no": _spread(columns.no, columns.no_bits, rows),
        "dedicated": _spread(columns.dedicated, columns.dedicated_bits, rows),
    }
    hung = {
        "meetings": _meetings(columns, zones),
        "openings": _openings(columns),
        "own": _words(columns, "own"),
        "other": _words(columns, "other"),
    }
    for number, row in enumerate(rows.tolist()):
        known = {name: packed[number].tobytes() for name, packed in sets.items()}
        placed = row < columns.placed
        yield (
            int(columns.pk[row]),
            {
                **known,
                **{name: sorted(by_row.get(row, ())) for name, by_row in hung.items()},
                "name": columns.name(row).decode(),
                "tie": int(columns.tie[row]),
                "confirmed": int(columns.confirmed[row]),
                "area": areas[columns.area[row]],
                "pattern": patterns[columns.pattern[row]],
                "where": (columns.x[row], columns.y[row], columns.z[row]) if placed else None,
            },
        )


def _bits(words: Words, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The bits of each row, packed."""
    shifts = (rows % ROWS_IN_BLOCK).astype(np.uint64)[:, None]
    flags = (words[rows // ROWS_IN_BLOCK] >> shifts) & np.uint64(1)
    return np.packbits(flags.astype(np.bool_), axis=1, bitorder="little")


def _spread(words: Words, bits: NDArray[np.int16], rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    whole = np.zeros((len(words), FACT_BITS), dtype=np.uint64)
    whole[:, bits] = words
    return _bits(whole, rows)


def _meetings(columns: Columns, zones: list[str]) -> dict[int, list[tuple[Any, ...]]]:
    found = defaultdict(list)
    for row, start, minutes, zone, first, last in zip(
        columns.meeting_row.tolist(), columns.meeting_start.tolist(),
        columns.meeting_minutes.tolist(), columns.meeting_zone.tolist(),
        columns.meeting_from.tolist(), columns.meeting_to.tolist(), strict=True,
    ):  # fmt: skip
        found[row].append((start, minutes, zones[zone], first, last))
    return found


def _openings(columns: Columns) -> dict[int, list[tuple[Any, ...]]]:
    found = defaultdict(list)
    for row, state, wait, expires in zip(
        columns.opening_row.tolist(), columns.opening_state.tolist(),
        columns.opening_wait.tolist(), columns.opening_expires.tolist(), strict=True,
    ):  # fmt: skip
        found[row].append((state, wait, expires))
    return found


def _words(columns: Columns, prefix: str) -> dict[int, list[bytes]]:
    words, words_at, postings, at = (
        getattr(columns, f"{prefix}_{name}")
        for name in ("words", "words_at", "postings", "postings_at")
    )
    found = defaultdict(list)
    for number in range(len(words_at) - 1):
        word = words[words_at[number] : words_at[number + 1]].tobytes()
        for row in postings[at[number] : at[number + 1]].tolist():
            found[row].append(word)
    return found
