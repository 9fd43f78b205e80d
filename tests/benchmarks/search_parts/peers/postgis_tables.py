"""The rows in PostgreSQL: how they are stored, loaded and indexed."""

from collections.abc import Iterable

import numpy as np
import psycopg
from numpy.typing import NDArray

from tests.benchmarks.search_parts.bulk import copy
from tests.benchmarks.search_parts.facets import BITS
from tests.benchmarks.search_parts.made_up import Catalogue, unpacked

CHUNK = 20_000
TABLES = (
    "CREATE EXTENSION postgis",
    """CREATE UNLOGGED TABLE listing (id int, latitude float8, longitude float8, online int,
    confirmed int, name text, yes bit(320), no bit(320), location geography
    GENERATED ALWAYS AS (ST_MakePoint(longitude, latitude)::geography) STORED)""",
    "CREATE UNLOGGED TABLE fact (listing_id int NOT NULL, term_id smallint NOT NULL, value int)",
)
INDEXES = (
    "ALTER TABLE listing ADD PRIMARY KEY (id)",
    "CREATE INDEX ON listing USING gist (location)",
    "CREATE INDEX ON listing USING gist ((location::geometry))",
    "CREATE INDEX ON listing (lower(name))",
    "CREATE INDEX ON listing USING gin (to_tsvector('simple', name))",
    "ALTER TABLE fact ADD PRIMARY KEY (listing_id, term_id) INCLUDE (value)",
    "CREATE INDEX ON fact (term_id, value, listing_id)",
    "VACUUM ANALYZE",
)
LISTING = ("id", "latitude", "longitude", "online", "confirmed", "name", "yes", "no")
_HEADER, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_FACT = np.dtype(
    [("fields", ">i2"), ("a", ">i4"), ("listing", ">i4"), ("b", ">i4"), ("term", ">i2"),
     ("c", ">i4"), ("value", ">i4")]
)  # fmt: skip
"""A fact in COPY's binary format: the number of fields, then each one's length and value."""


def load(connection: psycopg.Connection, catalogue: Catalogue) -> None:
    """Make the tables, COPY the rows in the order of the map, and index them."""
    for statement in TABLES:
        connection.execute(statement)
    order = np.argsort(_on_the_map(catalogue), kind="stable")
    parts = [catalogue.take(order[start : start + CHUNK]) for start in range(0, len(order), CHUNK)]
    cursor = connection.cursor()
    for part in parts:
        copy(cursor, "listing", LISTING, _listing_columns(part))
    with cursor.copy("COPY fact FROM STDIN (FORMAT BINARY)") as stream:
        stream.write(_HEADER)
        for part in parts:
            stream.write(_facts(part))
        stream.write(_END)
    for statement in INDEXES:
        connection.execute(statement)


def _on_the_map(rows: Catalogue) -> NDArray[np.int64]:
    """Numbers of squares of 0.1 degree along a Z curve: neighbours there are neighbours here."""
    across = ((rows.longitude + 180) * 10).astype(np.int64)
    up = ((rows.latitude + 90) * 10).astype(np.int64)
    code = np.zeros(len(rows), np.int64)
    for bit in range(12):
        code |= (across >> bit & 1) << 2 * bit | (up >> bit & 1) << 2 * bit + 1
    return code


def _listing_columns(part: Catalogue) -> list[Iterable[str]]:
    columns = [part.key, part.latitude, part.longitude, part.online.astype(int), part.confirmed_on]
    texts = [
        (unpacked(words) + ord("0")).astype(np.uint8).tobytes().decode()
        for words in (part.yes, part.no)
    ]
    bits = [[text[at : at + BITS] for at in range(0, len(text), BITS)] for text in texts]
    return [*(map(str, column.tolist()) for column in columns), part.name.tolist(), *bits]


def _facts(part: Catalogue) -> bytes:
    yes, no = unpacked(part.yes), unpacked(part.no)
    row, term = np.nonzero(yes | no)
    facts = np.empty(len(row), _FACT)
    facts["fields"], facts["a"], facts["b"], facts["c"] = 3, 4, 2, 4
    facts["listing"], facts["term"], facts["value"] = part.key[row], term, yes[row, term]
    return facts.tobytes()
