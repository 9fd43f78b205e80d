"""Writes many rows of a model at once: SQLite's executemany, PostgreSQL's COPY."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

Value = str | int | float | bytes | None
LINES_AT_ONCE = 1000
QUICK = (
    "PRAGMA cache_size = -1000000",
    "PRAGMA synchronous = OFF",
    "PRAGMA ignore_check_constraints = ON",
)
"""For a database that is thrown away."""


def insert(model: type[models.Model], columns: dict[str, Sequence[Value]]) -> None:
    """Insert rows given column by column (by attname); other columns get the model's defaults.

    Dates are ISO texts, UUIDs hexadecimal digits, so that both databases take the same values.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.attname in columns or not field.primary_key
    ]
    names = [field.column for field in fields]
    if connection.vendor == "postgresql":
        texts = [
            map(_text, columns[field.attname])
            if field.attname in columns
            else repeat(_text(_default(field)))
            for field in fields
        ]
        copy(connection.cursor(), model._meta.db_table, names, texts)
        return
    values = [
        columns[field.attname] if field.attname in columns else repeat(_default(field))
        for field in fields
    ]
    marks = ", ".join(["%s"] * len(names))
    listed = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({listed}) VALUES ({marks})",
            zip(*values, strict=False),
        )


def _default(field: "models.Field[Any, Any]") -> Value:
    default = field.get_default()
    if isinstance(default, list | dict):
        return "[]" if isinstance(default, list) else "{}"
    return int(default) if isinstance(default, bool) else default


def copy(cursor: Any, table: str, names: Iterable[str], columns: Iterable[Iterable[str]]) -> None:
    """COPY columns in the text format (PostgreSQL 15, COPY); the shortest one ends it."""
    lines = map("\t".join, zip(*columns, strict=False))
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as stream:
        while some := list(islice(lines, LINES_AT_ONCE)):
            stream.write("\n".join([*some, ""]))


def _text(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return value.replace("\\", "\\\\") if isinstance(value, str) else str(value)


@contextmanager
def in_bulk() -> Iterator[None]:
    """One transaction without the checks of constraints, which the made-up rows keep anyway."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in QUICK:
                cursor.execute(statement)
        else:
            cursor.execute("SELECT current_setting('is_superuser')")
            if cursor.fetchone() == ("on",):
                cursor.execute("SET session_replication_role = replica")
    with connection.constraint_checks_disabled(), transaction.atomic():
        yield
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()  # its settings end with it


def empty(*tables: type[models.Model]) -> None:
    """Take all rows out of these tables and those that hang on them."""
    names = [table._meta.db_table for table in tables]
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), names, allow_cascade=True)
    )
