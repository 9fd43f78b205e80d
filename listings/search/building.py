"""Makes the columns of a segment from gathered rows: sorts, transposes, and links what hangs on."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import (
    ROWS_IN_BLOCK,
    Words,
    block_count,
    of_rows,
    to_words,
    transposed,
)
from listings.search.columns import DAY_PARTS, FACT_BITS, OPENING_STATES, Columns, text_of
from listings.search.gathering import Gathered, MeetingRow
from listings.search.numbering import Numbers
from listings.search.space import band_key, unit_vectors
from listings.search.word_building import TextColumn, build_words
from listings.values.week import DAY_MINUTES, day_part

_NAME_BYTES = 32


def build(gathered: Gathered) -> Columns:
    """The columns of these rows; each listing must stand there once."""
    order, band = _order(gathered)
    n = len(order)
    blocks = block_count(n)
    pk = gathered.whole("pk", np.int64)[order]
    tie = gathered.whole("tie", np.uint64)[order]
    confirmed = gathered.whole("confirmed", np.int32)[order]
    names = [name.casefold().encode() for name in gathered.names]
    name = gathered.whole("name", np.uint32)[order]
    rank = _name_ranks(names)[name]
    by_name = np.lexsort([tie, -confirmed, rank]).astype(np.uint32)
    latitude = np.nan_to_num(gathered.whole("latitude")[order])
    longitude = np.nan_to_num(gathered.whole("longitude")[order])
    x, y, z = unit_vectors(latitude, longitude)
    by_pk = np.argsort(pk, kind="stable").astype(np.uint32)
    values: dict[str, Any] = {
        "pk": pk,
        "tie": tie,
        "confirmed": confirmed,
        "name_rank": rank,
        "area": gathered.whole("area", np.uint32)[order],
        "pattern": gathered.whole("pattern", np.uint32)[order],
        "x": x,
        "y": y,
        "z": z,
    }
    values = {name: _padded(column, blocks) for name, column in values.items()}
    values |= {"by_pk": by_pk, "by_name": by_name, "band": band}
    values |= _sets(gathered, order, blocks)
    meetings, day_parts = _meetings(gathered.meetings, pk, by_pk, blocks)
    values |= meetings | _facts(gathered, order, blocks, day_parts)
    values |= _openings(gathered, pk, by_pk)
    values |= _names(names, name) | _texts(gathered, order)
    return Columns(**values)


def _padded(column: NDArray[Any], blocks: int) -> NDArray[Any]:
    padded = np.zeros((blocks * ROWS_IN_BLOCK, *column.shape[1:]), dtype=column.dtype)
    padded[: len(column)] = column
    return padded


def _order(gathered: Gathered) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Where each row goes, and the sort keys of those with a place."""
    latitude, longitude = gathered.whole("latitude"), gathered.whole("longitude")
    nowhere = np.isnan(latitude) | gathered.whole("online", np.bool_)
    keys = band_key(latitude, longitude)
    keys[nowhere] = np.inf
    order = np.argsort(keys, kind="stable")
    placed = len(order) - int(nowhere.sum())
    return order, keys[order[:placed]]


def _name_ranks(names: list[bytes]) -> NDArray[np.uint32]:
    """The rank of each name among all, from 0 on; equal for equal names.

    Names are compared as UTF-8, which is the order of code points. Sorting Python strings takes
    ten times as long, so the first 32 bytes are sorted as numbers and the few longer ties after.
    """
    prefix = np.array(names or [b""], dtype=f"S{_NAME_BYTES}").view(">u8").reshape(-1, 4)
    prefix = prefix[: len(names)].astype(np.uint64)
    rest = np.zeros(len(names), dtype=np.uint32)
    long = [row for row, name in enumerate(names) if len(name) > _NAME_BYTES]
    tails = sorted({names[row][_NAME_BYTES:] for row in long})
    numbers = {tail: number for number, tail in enumerate(tails, start=1)}
    for row in long:
        rest[row] = numbers[names[row][_NAME_BYTES:]]
    by_name = np.lexsort([rest, *prefix.T[::-1]])
    ordered, tail = prefix[by_name], rest[by_name]
    differs = np.any(ordered[1:] != ordered[:-1], axis=1) | (tail[1:] != tail[:-1])
    rank = np.zeros(len(names), dtype=np.uint32)
    rank[by_name[1:]] = np.cumsum(differs)
    return rank


def _sets(gathered: Gathered, order: NDArray[np.intp], blocks: int) -> dict[str, Any]:
    rows = np.zeros(blocks * ROWS_IN_BLOCK, dtype=np.bool_)
    rows[: len(order)] = True
    values: dict[str, Any] = {"rows": to_words(rows)}
    for name in ("unverified", "online"):
        values[name] = to_words(_padded(gathered.whole(name, np.bool_)[order], blocks))
    return values


def _facts(
    gathered: Gathered, order: NDArray[np.intp], blocks: int, day_parts: list[Words]
) -> dict[str, Any]:
    """Known yes, the bits that anybody has a known no or a programme for, and the day parts."""
    packed = {name: gathered.whole(name, np.uint8)[order] for name in ("yes", "no", "dedicated")}
    bits = {"yes": np.arange(FACT_BITS), "no": _used(packed["no"])}
    bits["dedicated"] = _used(packed["dedicated"])
    width = sum(map(len, bits.values()))
    facts = np.empty((blocks, width + DAY_PARTS), dtype=np.uint64)
    at = 0
    for name, numbers in bits.items():
        facts[:, at : at + len(numbers)] = transposed(_padded(packed.pop(name), blocks), numbers)
        at += len(numbers)
    for number, words in enumerate(day_parts):
        facts[:, width + number] = words
    some = {f"{name}_bits": bits[name].astype(np.int16) for name in ("no", "dedicated")}
    return {"facts": facts, **some}


def _used(packed: NDArray[np.uint8]) -> NDArray[np.intp]:
    used = np.bitwise_or.reduce(packed, axis=0, initial=0)
    return np.flatnonzero(np.unpackbits(used, bitorder="little"))


def _linked(
    listings: Iterable[int], pk: NDArray[np.int64], by_pk: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The rows of these listings, and which of them are here at all."""
    wanted = np.fromiter(listings, dtype=np.int64)
    if not len(pk):
        return np.zeros(len(wanted), dtype=np.uint32), np.zeros(len(wanted), dtype=np.bool_)
    known = pk[by_pk]
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return by_pk[at], known[at] == wanted


def _meetings(
    meetings: list[MeetingRow], pk: NDArray[np.int64], by_pk: NDArray[np.uint32], blocks: int
) -> tuple[dict[str, Any], list[Words]]:
    """The meetings by row, and the rows that meet every week in each part of each day."""
    rows, here = _linked((one.listing for one in meetings), pk, by_pk)
    order = np.flatnonzero(here)[np.argsort(rows[here], kind="stable")]
    table = np.array(
        [
            ((one.weekday - 1) * DAY_MINUTES + one.start, one.minutes, one.first_day, one.last_day)
            for one in meetings
        ],
        dtype=np.int32,
    ).reshape(-1, 4)[order]
    zones = Numbers[str]()
    numbers = zones.of([one.timezone for one in meetings]).astype(np.uint16)
    meeting_rows = rows[order]
    always = (table[:, 2] == 0) & (table[:, 3] == 0)
    part = day_part(table[:, 0])
    day_parts = [
        of_rows(meeting_rows[always & (part == number)], blocks) for number in range(DAY_PARTS)
    ]
    values = {
        "meeting_row": meeting_rows,
        "meeting_start": table[:, 0],
        "meeting_minutes": table[:, 1],
        "meeting_from": table[:, 2],
        "meeting_to": table[:, 3],
        "meeting_zone": numbers[order],
        "zones": text_of(list(zones)),
    }
    return values, day_parts


def _openings(
    gathered: Gathered, pk: NDArray[np.int64], by_pk: NDArray[np.uint32]
) -> dict[str, Any]:
    openings = gathered.openings
    rows, here = _linked((one.listing for one in openings), pk, by_pk)
    order = np.flatnonzero(here)[np.argsort(rows[here], kind="stable")]
    states = np.array([OPENING_STATES.index(one.state) for one in openings], dtype=np.uint8)
    waits = np.array([one.wait for one in openings], dtype=np.int32)
    expires = np.array([one.expires for one in openings], dtype=np.float64)
    return {
        "opening_row": rows[order],
        "opening_state": states[order],
        "opening_wait": waits[order],
        "opening_expires": expires[order],
    }


def _names(names: list[bytes], name: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
    """The name of each row; ``name`` is its number in ``names``."""
    lengths = np.fromiter(map(len, names), np.uint32, len(names))
    at = np.zeros(len(name) + 1, dtype=np.uint32)
    np.cumsum(lengths[name], out=at[1:])
    joined = b"".join(map(names.__getitem__, name.tolist()))
    return {"names": np.frombuffer(joined, dtype=np.uint8), "names_at": at}


def _texts(gathered: Gathered, order: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
    def column(name: str, texts: Numbers[str]) -> TextColumn:
        return TextColumn(list(texts), gathered.whole(name, np.uint32)[order])

    own = [column("name", gathered.names), column("second_name", gathered.second_names)]
    other = [column("provider", gathered.providers), column("city", gathered.cities)]
    values = {
        "areas": text_of(list(map("\t".join, gathered.areas))),
        "patterns": text_of(["\t".join(pair) if pair[0] else "" for pair in gathered.patterns]),
    }
    for prefix, columns in (("own", own), ("other", other)):
        arrays = build_words(*columns)
        values |= {f"{prefix}_{name}": array for name, array in arrays.items()}
    return values
