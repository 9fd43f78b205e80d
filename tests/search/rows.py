"""Rows for an index in memory, without a database."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from listings.search.building import build
from listings.search.gathering import Gathered, ListingRow, MeetingRow, OpeningRow
from listings.search.index import Index, Stamp
from listings.search.segment import Segment
from listings.search.table import Table

NOW = dt.datetime(2026, 11, 22, 20, 30, tzinfo=dt.UTC)
TODAY = NOW.date().toordinal()


def listing_row(pk: int, **parts: Any) -> ListingRow:
    """A clinic in Hartford, named by a register today."""
    values: dict[str, Any] = {
        "tie": pk, "latitude": 41.76, "longitude": -72.68, "online_only": False,
        "unverified": False, "name": "Harbour House", "second_name": "", "provider": "",
        "city": "Hartford", "country": "US", "region": "CT", "timezone": "America/New_York",
        "opening_hours": "", "confirmed": TODAY, "yes": bytes(40), "no": bytes(40),
        "dedicated": bytes(40),
    }  # fmt: skip
    return ListingRow(pk=pk, **(values | parts))


def index_of(
    rows: Iterable[ListingRow],
    meetings: Iterable[MeetingRow] = (),
    openings: Iterable[OpeningRow] = (),
) -> Index:
    """An index of one segment."""
    gathered = Gathered()
    gathered.add(list(rows))
    gathered.meetings, gathered.openings = list(meetings), list(openings)
    return Index(Stamp("test", 1), Segment(Table(build(gathered))))


def bits(*numbers: int) -> bytes:
    """These bits as a packed row."""
    return sum(1 << number for number in numbers).to_bytes(40, "little")
