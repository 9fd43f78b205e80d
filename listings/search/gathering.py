"""Rows of listings as they are read, on their way to columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from listings.search.columns import FACT_BITS
from listings.search.numbering import Numbers

PACKED_BYTES = FACT_BITS // 8


class ListingRow(NamedTuple):
    """What the index keeps of one public listing; days are ordinals, 0 where there is none."""

    pk: int
    tie: int
    latitude: float | None
    longitude: float | None
    online_only: bool
    unverified: bool
    name: str
    second_name: str
    provider: str
    city: str
    country: str
    region: str
    timezone: str
    opening_hours: str
    confirmed: int
    yes: bytes
    no: bytes
    dedicated: bytes


class MeetingRow(NamedTuple):
    """One weekly meeting: Monday is 1; ``start`` is a minute of the day; 0 where not known."""

    listing: int
    weekday: int
    start: int
    minutes: int
    timezone: str
    first_day: int
    last_day: int


class OpeningRow(NamedTuple):
    """One opening; ``wait`` in days, -1 not known; ``expires`` in seconds since 1970."""

    listing: int
    state: str
    wait: int
    expires: float


@dataclass(slots=True)
class Gathered:
    """All rows so far, column by column; each chunk becomes arrays as soon as it is added."""

    arrays: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    names: Numbers[str] = field(default_factory=Numbers)
    second_names: Numbers[str] = field(default_factory=Numbers)
    providers: Numbers[str] = field(default_factory=Numbers)
    cities: Numbers[str] = field(default_factory=Numbers)
    areas: Numbers[tuple[str, str]] = field(default_factory=Numbers)
    patterns: Numbers[tuple[str, str]] = field(default_factory=lambda: Numbers({("", ""): 0}))
    meetings: list[MeetingRow] = field(default_factory=list)
    openings: list[OpeningRow] = field(default_factory=list)

    def add(self, rows: Sequence[ListingRow]) -> None:
        """Add listings."""
        if rows:
            self.add_columns(list(zip(*rows, strict=True)))

    def add_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Add listings given as the columns of ListingRow, which a million of them are faster."""
        part: Any = ListingRow._make(columns)
        self._keep("pk", np.array(part.pk, dtype=np.int64))
        self._keep("tie", np.array(part.tie, dtype=np.uint64))
        self._keep("latitude", np.array(part.latitude, dtype=np.float64))
        self._keep("longitude", np.array(part.longitude, dtype=np.float64))
        self._keep("online", np.array(part.online_only, dtype=np.bool_))
        self._keep("unverified", np.array(part.unverified, dtype=np.bool_))
        self._keep("confirmed", np.array(part.confirmed, dtype=np.int32))
        for name in ("yes", "no", "dedicated"):
            packed = np.frombuffer(b"".join(getattr(part, name)), dtype=np.uint8)
            self._keep(name, packed.reshape(-1, PACKED_BYTES))
        self._keep("name", self.names.of(part.name))
        self._keep("second_name", self.second_names.of(part.second_name))
        self._keep("provider", self.providers.of(part.provider))
        self._keep("city", self.cities.of(part.city))
        self._keep("area", self.areas.of(list(zip(part.country, part.region, strict=True))))
        hours = zip(part.opening_hours, part.timezone, strict=True)
        self._keep("pattern", self.patterns.of([one if one[0] else ("", "") for one in hours]))

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        self.arrays.setdefault(name, []).append(values)

    def whole(self, name: str, dtype: Any = np.float64) -> NDArray[Any]:
        """One column of all chunks."""
        parts = self.arrays.get(name)
        if parts is None:
            shape = (0, PACKED_BYTES) if name in {"yes", "no", "dedicated"} else (0,)
            return np.empty(shape, dtype=dtype)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
