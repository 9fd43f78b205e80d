"""Writing places in bulk: hundreds of thousands of rows in seconds, on either database.

Rows are matched by slug and keep their id, so that addresses and foreign keys survive a reload.
Everything happens in the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from listings.geocoding.rows import PlaceRow
from listings.models.place import Place, PlaceName, PlaceSet

BATCH = 20_000

_PLACES = Place._meta.db_table
_NAMES = PlaceName._meta.db_table
_COLUMNS = ", ".join(PlaceRow._fields)


def upsert_places(rows: Iterable[PlaceRow], *, keep_other_sources: bool) -> int:
    """Insert the rows, or update those with the same slug; returns how many were given.

    With `keep_other_sources` a row whose slug another source holds is left as it was.
    """
    update = ", ".join(f"{column} = excluded.{column}" for column in PlaceRow._fields[1:])
    conflict = f"ON CONFLICT (slug) DO UPDATE SET {update}"
    if keep_other_sources:
        conflict += f" WHERE {_PLACES}.source = excluded.source"
    return _insert(_PLACES, PlaceRow._fields, rows, conflict)


def replace_names(names: dict[str, Sequence[tuple[str, str]]]) -> int:
    """Give each place (by slug) exactly these other names (name, folded); returns how many.

    Places that are not mentioned keep theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT slug, id FROM {_PLACES} WHERE kind <> %s", [Place.Kind.POSTCODE])
        ids = {slug: place for slug, place in cursor.fetchall() if slug in names}
        PlaceName.objects.all().delete() if len(ids) else None
    rows = (
        (ids[slug], name, folded) for slug, pairs in names.items() for name, folded in pairs
    )
    return _insert(_NAMES, ("place_id", "name", "name_folded"), rows, "")
