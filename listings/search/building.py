"""Makes the columns of a segment from gathered rows: sorts, transposes, and links what hangs on."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import ROWS_IN_BLOCK, Words, block_count, to_words, transposed
from listings.search.columns import DAY_PARTS, FACT_BITS, OPENING_STATES, Columns, text_of
from listings.search.gathering import Gathered, MeetingRow, Numbers
from listings.search.space import band_key, unit_vectors
from listings.search.words import build_words
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
    names = [gathered.names[row] for row in order.tolist()]
    by_name, rank = _name_order(names, confirmed, tie)
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
    values |= _meetings(gathered.meetings, pk, by_pk, values["yes"])
    values |= _openings(gathered, pk, by_pk)
    values |= _texts(gathered, names, order)
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


def _name_order(
    names: list[str], confirmed: NDArray[np.int32], tie: NDArray[np.uint64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Rows by name, last confirmed first, then tie; and each row's rank among the names.

    Names are compared as UTF-8, which is the order of code points. Sorting Python strings takes
    ten times as long, so the first 32 bytes are sorted as numbers and the few longer ties after.
    """
    encoded = [name.encode() for name in names]
    prefix = np.array(encoded or [b""], dtype=f"S{_NAME_BYTES}").view(">u8").reshape(-1, 4)
    prefix = prefix[: len(names)]
    rest = np.zeros(len(names), dtype=np.uint32)
    long = [row for row, name in enumerate(encoded) if len(name) > _NAME_BYTES]
    tails = sorted({encoded[row][_NAME_BYTES:] for row in long})
    numbers = {tail: number for number, tail in enumerate(tails, start=1)}
    for row in long:
        rest[row] = numbers[encoded[row][_NAME_BYTES:]]
    keys: list[NDArray[Any]] = [tie, -confirmed, rest, *prefix.T[::-1]]
    by_name = np.lexsort(keys)
    ordered, tail = prefix[by_name], rest[by_name]
    differs = np.any(ordered[1:] != ordered[:-1], axis=1) | (tail[1:] != tail[:-1])
    rank = np.zeros(len(names), dtype=np.uint32)
    rank[by_name[1:]] = np.cumsum(differs)
    return by_name.astype(np.uint32), rank


def _sets(gathered: Gathered, order: NDArray[np.intp], blocks: int) -> dict[str, Any]:
    rows = np.zeros(blocks * ROWS_IN_BLOCK, dtype=np.bool_)
    rows[: len(order)] = True
    values: dict[str, Any] = {"rows": to_words(rows)}
    for name in ("unverified", "online"):
        values[name] = to_words(_padded(gathered.whole(name, np.bool_)[order], blocks))
    packed = _padded(gathered.whole("yes", np.uint8)[order], blocks)
    values["yes"] = np.zeros((blocks, FACT_BITS + DAY_PARTS), dtype=np.uint64)
    values["yes"][:, :FACT_BITS] = transposed(packed)
    for name in ("no", "dedicated"):
        packed = gathered.whole(name, np.uint8)[order]
        used = np.bitwise_or.reduce(packed, axis=0) if len(packed) else packed.reshape(-1)
        bits = np.flatnonzero(np.unpackbits(used, bitorder="little"))
        values[name] = transposed(_padded(packed, blocks), bits)
        values[f"{name}_bits"] = bits.astype(np.int16)
    return values


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
    meetings: list[MeetingRow], pk: NDArray[np.int64], by_pk: NDArray[np.uint32], yes: Words
) -> dict[str, Any]:
    rows, here = _linked((one.listing for one in meetings), pk, by_pk)
    order = np.flatnonzero(here)[np.argsort(rows[here], kind="stable")]
    table = np.array(
        [
            ((one.weekday - 1) * DAY_MINUTES + one.start, one.minutes, one.first_day, one.last_day)
            for one in meetings
        ],
        dtype=np.int32,
    ).reshape(-1, 4)[order]
    zones = Numbers()
    numbers = np.array(zones.of(one.timezone for one in meetings), dtype=np.uint16)
    meeting_rows = rows[order]
    always = (table[:, 2] == 0) & (table[:, 3] == 0)
    for number in range(DAY_PARTS):
        flags = np.zeros(len(yes) * ROWS_IN_BLOCK, dtype=np.bool_)
        flags[meeting_rows[always & (day_part(table[:, 0]) == number)]] = True
        yes[:, FACT_BITS + number] = to_words(flags)
    return {
        "meeting_row": meeting_rows,
        "meeting_start": table[:, 0],
        "meeting_minutes": table[:, 1],
        "meeting_from": table[:, 2],
        "meeting_to": table[:, 3],
        "meeting_zone": numbers[order],
        "zones": text_of(zones.lines),
    }


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


def _texts(gathered: Gathered, names: list[str], order: NDArray[np.intp]) -> dict[str, Any]:
    encoded = [name.encode() for name in names]
    at = np.zeros(len(encoded) + 1, dtype=np.uint32)
    at[1:] = np.cumsum([len(name) for name in encoded], dtype=np.uint32)
    values: dict[str, Any] = {
        "names": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "names_at": at,
        "areas": text_of(gathered.areas.lines),
        "patterns": text_of(gathered.patterns.lines),
    }
    for prefix, texts in (("own", gathered.own), ("other", gathered.other)):
        arrays = build_words(texts[row] for row in order.tolist())
        values |= {f"{prefix}_{name}": array for name, array in arrays.items()}
    return values
