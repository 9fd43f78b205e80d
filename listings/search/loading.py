"""Reads what the index keeps of listings from the database; the number first, then the rows.

Rows are read as the driver gives them: converting a million of them to model objects, or even
only their identifiers and dates to Python's types, would take longer than everything else.
"""

import datetime as dt
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from django.db import InterfaceError, OperationalError, connection
from django.db.models import CharField, IntegerField, QuerySet
from django.db.models.functions import Cast

from listings.models import Catalogue, Listing, Meeting, Opening, Provider
from listings.models.opening import OpeningQuerySet
from listings.search.building import build
from listings.search.gathering import Gathered, ListingRow, MeetingRow, OpeningRow
from listings.search.index import Changed, Index, Stamp
from listings.search.segment import Segment
from listings.search.table import Table

CHUNK = 20_000


def _text(name: str) -> Cast:
    """A date, time or UUID as text: each driver converts them by slow functions of its own."""
    return Cast(name, CharField())


def _number(name: str) -> Cast:
    """A yes or no as 1 or 0, for the same reason."""
    return Cast(name, IntegerField())


_BEFORE_PROVIDER = (
    "pk", _text("public_id"), "latitude", "longitude", _number("online_only"),
    _number("unverified"), "name", "second_name",
)  # fmt: skip
_BEHIND_PROVIDER = (
    "city", "country", "region", "timezone", "opening_hours", _text("checked_at"),
    _text("last_seen_on"), "yes_bits", "no_bits", "dedicated_bits",
)  # fmt: skip


def stamp_now() -> Stamp:
    """The catalogue's epoch and version, in one query without a model object.

    Most requests ask nothing else, so that this is also what shows whether a kept connection
    still lives: Django would ask the server for that before.
    """
    if connection.in_atomic_block:
        return _read_stamp()
    connection.health_check_done = True  # type: ignore[attr-defined] # the stubs lack it
    try:
        return _read_stamp()
    except (InterfaceError, OperationalError):
        connection.close()
        return _read_stamp()


def _read_stamp() -> Stamp:
    table = connection.ops.quote_name(Catalogue._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT epoch, version FROM {table} WHERE id = 1")  # noqa: S608 our own name
        row = cursor.fetchone()
    if row is None:
        raise Catalogue.DoesNotExist
    return Stamp(*row)


def load_index() -> Index:
    """The index of the whole catalogue as it is now."""
    stamp = stamp_now()
    # What is changed while this reads carries a higher version and is read again as a change.
    gathered = Gathered()
    with _without_collector():
        # A join would fetch the name of each provider as often as it has listings.
        names = dict(raw_rows(Provider.objects.order_by().values_list("pk", "name")))
        read = _Read("provider_id", names)
        for part in _parts(Listing.objects.published()):
            if rows := read.rows(part):
                gathered.add_columns(read.columns(rows))
    gathered.meetings = list(_meetings(Meeting.objects.all()))
    gathered.openings = list(_openings(Opening.objects.all()))
    return Index(stamp, Segment(Table(build(gathered))))


def changes_since(version: int, most: int) -> list[Changed] | None:
    """Every listing with a higher version; None when there are more than ``most``."""
    changed = Listing.objects.filter(version__gt=version).order_by()
    pks = list(changed.values_list("pk", flat=True)[: most + 1])
    if len(pks) > most:
        return None
    if not pks:
        return []
    return [one for start in range(0, len(pks), 900) for one in _changes(pks[start : start + 900])]


def _changes(pks: Sequence[int]) -> Iterator[Changed]:
    shown = Listing.objects.published().filter(pk__in=pks)
    read = _Read("provider__name")
    found = read.rows(shown)
    columns = read.columns(found) if found else []
    rows = {row[0]: ListingRow(*row) for row in zip(*columns, strict=True)}
    by_listing = attrgetter("listing")
    meetings = sorted(_meetings(Meeting.objects.filter(listing__in=pks)), key=by_listing)
    openings = sorted(_openings(Opening.objects.filter(listing__in=pks)), key=by_listing)
    meetings_of = {pk: list(group) for pk, group in groupby(meetings, by_listing)}
    openings_of = {pk: list(group) for pk, group in groupby(openings, by_listing)}
    for pk in pks:
        yield Changed(pk, rows.get(pk), meetings_of.get(pk, ()), openings_of.get(pk, ()))


def raw_rows(query: QuerySet[Any, Any]) -> list[Any]:
    """The rows of a query as the driver gives them."""
    sql, params = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of short-lived rows make Python look for cycles all the time; there are none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _parts(listings: QuerySet[Listing]) -> Iterator[QuerySet[Listing]]:
    """The listings by ranges of keys, so that no driver holds all of them.

    Where a range ends is asked of the bare table: PostgreSQL takes what is public for a handful of
    rows, and would sort all that are left for each LIMIT.
    """
    last = 0
    while True:
        keys = Listing.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        end = next(iter(keys[CHUNK - 1 : CHUNK]), None)
        if end is None:
            yield listings.filter(pk__gt=last)
            return
        yield listings.filter(pk__gt=last, pk__lte=end)
        last = end


class _Days(dict[str | None, int]):
    """The ordinal of a day, or of the day of a time, in UTC as connections have it; 0 for none."""

    def __missing__(self, day: str | None) -> int:
        ordinal = self[day] = dt.date.fromisoformat(day[:10]).toordinal() if day else 0
        return ordinal


class _Read:
    """Reads the columns of ListingRow.

    ``provider`` is the column that names the provider, by way of ``names`` if these are given.
    """

    def __init__(self, provider: str, names: Mapping[int, str] | None = None) -> None:
        self._wanted = (*_BEFORE_PROVIDER, provider, *_BEHIND_PROVIDER)
        self._names = names
        self._days = _Days()

    def rows(self, listings: QuerySet[Listing]) -> list[Any]:
        """The rows of these listings, in no order."""
        return raw_rows(listings.order_by().values_list(*self._wanted))

    def columns(self, rows: Sequence[Any]) -> list[Sequence[Any]]:
        """The columns of these rows."""
        (
            pk, public_id, latitude, longitude, online, unverified, name, second_name, provider,
            city, country, region, timezone, hours, checked_at, seen_on, yes, no, dedicated,
        ) = zip(*rows, strict=True)  # fmt: skip
        days = self._days.__getitem__
        return [
            pk, _low_halves(public_id), latitude, longitude, online, unverified, name,
            second_name, self._named(provider), city, country, region, timezone, hours,
            list(map(max, map(days, checked_at), map(days, seen_on))), yes, no, dedicated,
        ]  # fmt: skip

    def _named(self, providers: Sequence[Any]) -> list[str]:
        if self._names is None:
            return [name or "" for name in providers]
        # Who is not among them came after them, and will come with a change of these listings.
        return [self._names.get(key, "") for key in providers]


def _low_halves(public_ids: Sequence[str]) -> list[int]:
    """Sixty-two random bits of each, that nobody chooses; some databases write hyphens between."""
    digits = "".join(public_ids).replace("-", "")
    halves = np.frombuffer(bytes.fromhex(digits), dtype=">u8").reshape(-1, 2)
    return list(halves[:, 1].tolist())


def _meetings(meetings: QuerySet[Meeting]) -> Iterator[MeetingRow]:
    columns = ("listing_id", "weekday", _text("start"), "duration_minutes", "timezone",
               _text("starts_on"), _text("ends_on"))  # fmt: skip
    days = _Days()
    for listing, weekday, start, minutes, zone, first, last in raw_rows(
        meetings.order_by().values_list(*columns)
    ):
        yield MeetingRow(
            listing, weekday, _minute(start), minutes or 0, zone, days[first], days[last]
        )


def _minute(time: str) -> int:
    """The minute of the day of "19:00:00"."""
    return int(time[:2]) * 60 + int(time[3:5])


def _openings(openings: OpeningQuerySet) -> Iterator[OpeningRow]:
    """The openings that have not expired, the newest of a listing last.

    All of them: when the newest expires, an older one may still hold.
    """
    columns = ("listing_id", "state", "wait_days", "expires_at")
    for listing, state, wait, expires in (
        openings.holding().order_by("as_of", "pk").values_list(*columns)
    ):
        yield OpeningRow(listing, state, -1 if wait is None else wait, expires.timestamp())
