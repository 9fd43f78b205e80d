"""Writing places in bulk: hundreds of thousands of rows in seconds, on either database.

Rows are matched by slug and keep their id, so that addresses and foreign keys survive a reload.
Everything happens in the caller's transaction; no place is ever deleted.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from listings.geocoding.rows import PlaceRow
from listings.models.place import Place, PlaceName, PlaceSet

_BATCH = 20_000
_PLACES = Place._meta.db_table
_NAMES = PlaceName._meta.db_table


def upsert_places(rows: Iterable[PlaceRow], *, keep_other_sources: bool = False) -> int:
    """Insert the rows, or update those with the same slug; returns how many were given.

    With `keep_other_sources` a row whose slug another source holds is left as it was. Slugs must
    be unique among the rows.
    """
    update = ", ".join(f"{column} = excluded.{column}" for column in PlaceRow._fields[1:])
    conflict = f"(slug) DO UPDATE SET {update}"
    if keep_other_sources:
        conflict += f" WHERE {_PLACES}.source = excluded.source"
    return _insert(_PLACES, PlaceRow._fields, rows, conflict)


def add_names(names: Mapping[str, Mapping[str, str]]) -> int:
    """Give places (by slug) these other names (by folded name); returns how many were given."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT slug, id FROM {_PLACES} WHERE kind <> 'postcode'")  # noqa: S608
        ids = {slug: place for slug, place in cursor.fetchall() if slug in names}
    rows = (
        (ids[slug], name, folded)
        for slug, others in names.items()
        for folded, name in others.items()
    )
    conflict = "(place_id, name_folded) DO UPDATE SET name = excluded.name"
    return _insert(_NAMES, ("place_id", "name", "name_folded"), rows, conflict)


def refresh_statistics() -> None:
    """Let the database count what was loaded, so that it chooses the right index."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_PLACES}")
        cursor.execute(f"ANALYZE {_NAMES}")


def is_loaded(name: str, content_hash: str) -> bool:
    """Whether this very file is already in the table."""
    return PlaceSet.objects.filter(name=name, content_hash=content_hash).exists()


def mark_loaded(name: str, content_hash: str, row_count: int) -> None:
    """Remember which file was loaded, in the same transaction as its rows."""
    PlaceSet.objects.update_or_create(
        name=name,
        defaults={
            "content_hash": content_hash,
            "row_count": row_count,
            "loaded_at": timezone.now(),
        },
    )


def _insert(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], conflict: str
) -> int:
    write = _copy if connection.vendor == "postgresql" else _execute_many
    return write(table, columns, rows, f"ON CONFLICT {conflict}")


def _execute_many(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], conflict: str
) -> int:
    into, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    # Names of tables and columns come from the models alone.
    statement = f"INSERT INTO {table} ({into}) VALUES ({marks}) {conflict}"  # noqa: S608
    count = 0
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, _BATCH)):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def _copy(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], conflict: str
) -> int:
    into = ", ".join(columns)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged ON COMMIT DROP AS "  # noqa: S608
            f"SELECT {into} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY staged ({into}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute(
            f"INSERT INTO {table} ({into}) SELECT {into} FROM staged {conflict}"  # noqa: S608
        )
        cursor.execute("DROP TABLE staged")
    return count
