"""The order of results: one pure rule, and the quick way to its first rows."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listings.search.bitmaps import Rows

KEYS = {
    "unverified": "listings named by an official list before those that are not verified",
    "unnamed": "with words given: listings that have all of them in their name before others",
    "unknown": "listings known to have all that was asked for before those not known to",
    "far": "the nearer one first, in thousandths of a mile; without a distance last",
    "name": "by name",
    "age": "the one that was checked, or named by an official list, last comes first",
    "wait": "openings first, then waiting lists by their days, then full, then not known",
    "until": "the one whose next meeting begins, or is going on, soonest",
    "tie": "a fixed random number",
}
"""All that can move a listing, and how. Nothing else can: see ``order_of``."""

SORTS = ("best", "distance", "opening", "meeting", "checked", "name")
_FIRST = {"distance": "far", "opening": "wait", "meeting": "until", "checked": "age"}


def order_of(sort: str, *, measured: bool) -> tuple[str, ...]:
    """The keys by which results are compared, the first difference decides.

    ``measured`` says whether distances are from a point; without one the name stands in their
    place. Every other sort puts one thing first and leaves the rest as it is.
    """
    usual = ("unverified", "unnamed", "unknown", "far" if measured else "name", "age", "tie")
    if sort == "best" or (sort == "distance" and not measured):
        return usual
    first = _FIRST.get(sort, sort)
    return (first, *(key for key in usual if key != first))


Key = Callable[[Rows], NDArray[Any]]


def first_rows(rows: Rows, keys: Sequence[Key], most: int) -> Rows:
    """The first ``most`` rows by the keys, in order; each key gives one number for each row.

    A key is asked only for the rows that all keys before it leave equal at the edge.
    """
    sure: list[Rows] = []
    left = most
    for key in keys:
        if len(rows) <= left:
            break
        values = key(rows)
        edge = np.partition(values, left - 1)[left - 1]
        inside = rows[values < edge]
        sure.append(inside)
        left -= len(inside)
        rows = rows[values == edge]
    chosen = np.concatenate([*sure, rows])
    return np.asarray(chosen[np.lexsort([key(chosen) for key in reversed(keys)])][:most])
