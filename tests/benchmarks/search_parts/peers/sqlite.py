"""SQLite alone: an R*Tree for places, the usual table of facts, FTS5 for words.

A B-tree over latitude and longitude took as long as the R*Tree. No statement here would use an
index of facts by term. Distances use SQLite's own mathematical functions.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from listings.models.listing import CURRENT_DAYS
from listings.search.criteria import Circle, SearchCriteria
from tests.benchmarks.search_parts.cases import ticked
from tests.benchmarks.search_parts.contenders import Outcome
from tests.benchmarks.search_parts.made_up import Catalogue, unpacked
from tests.benchmarks.search_parts.peers.statements import (
    PAGE,
    box_of,
    counts_by_facts,
    distance,
    fits_by_facts,
    missed,
    outcome_of_facts,
)

CHUNK = 20_000
TABLES = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2000000;
PRAGMA mmap_size = 4000000000;
PRAGMA temp_store = MEMORY;
CREATE TABLE listing (id INTEGER PRIMARY KEY, latitude REAL, longitude REAL, online INTEGER,
    confirmed INTEGER, name TEXT);
CREATE VIRTUAL TABLE place USING rtree(id, south, north, west, east);
CREATE VIRTUAL TABLE word USING fts5(name, content = 'listing', content_rowid = 'id');
CREATE TABLE fact (listing_id INTEGER, term_id INTEGER, value INTEGER,
    PRIMARY KEY (listing_id, term_id)) WITHOUT ROWID;
CREATE TEMP TABLE near (id INTEGER PRIMARY KEY, far, missed INTEGER);
"""
INDEXES = """
INSERT INTO place SELECT id, latitude, latitude, longitude, longitude FROM listing
    WHERE online = 0 ORDER BY CAST(latitude * 4 AS INTEGER), longitude;
INSERT INTO word (word) VALUES ('rebuild');
ANALYZE;
"""


class SQLite:
    """Answers from one connection."""

    name = "SQLite alone"
    knows_words = True

    def __init__(self, connection: sqlite3.Connection, today: dt.date) -> None:
        self.connection = connection
        self.since = today.toordinal() - CURRENT_DAYS

    def answer(self, criteria: SearchCriteria) -> Outcome:
        """The rows of the place with the choices they miss; then page, total and counts."""
        execute = self.connection.execute
        execute("DELETE FROM near")
        execute(self._near(criteria))
        page = execute(f"SELECT id FROM near WHERE missed = 0 ORDER BY far LIMIT {PAGE}").fetchall()
        sizes = execute("SELECT missed, count(*) FROM near GROUP BY missed").fetchall()
        counts = execute(counts_by_facts(criteria)).fetchall()
        return outcome_of_facts(criteria, page, sizes, counts)

    def _near(self, criteria: SearchCriteria) -> str:
        choices = missed([fits_by_facts(one) for one in ticked(criteria)])
        tables, far, conditions = "listing", "lower(name)", [f"confirmed >= {self.since}"]
        if isinstance(criteria.scope, Circle):
            box, far = box_of(criteria.scope), distance(criteria.scope)
            tables = "place CROSS JOIN listing USING (id)"
            conditions += [
                f"south <= {box.north!r} AND north >= {box.south!r}",
                f"west <= {box.east!r} AND east >= {box.west!r}",
                f"{far} <= {criteria.scope.miles!r}",
            ]
        if criteria.text:
            conditions.append(f"id IN (SELECT rowid FROM word WHERE word MATCH '{criteria.text}')")
        where = " AND ".join(conditions)
        return f"INSERT INTO near SELECT id, {far}, {choices} FROM {tables} WHERE {where}"


@contextmanager
def sqlite(catalogue: Catalogue, today: dt.date, folder: Path) -> Iterator[SQLite]:
    """The same rows in a file of their own, removed at the end."""
    path = folder / "peer.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        _load(connection, catalogue)
        yield SQLite(connection, today)
    finally:
        connection.close()
        path.unlink()


def _load(connection: sqlite3.Connection, catalogue: Catalogue) -> None:
    connection.executescript(TABLES)
    connection.execute("BEGIN")
    for start in range(0, len(catalogue), CHUNK):
        part = catalogue.take(np.arange(start, min(start + CHUNK, len(catalogue))))
        columns = (
            part.key, part.latitude, part.longitude, part.online.astype(int), part.confirmed_on,
            part.name,
        )  # fmt: skip
        rows = zip(*(column.tolist() for column in columns), strict=True)
        connection.executemany("INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?)", rows)
        yes = unpacked(part.yes)
        row, term = np.nonzero(yes | unpacked(part.no))
        facts = (part.key[row].tolist(), term.tolist(), yes[row, term].tolist())
        connection.executemany("INSERT INTO fact VALUES (?, ?, ?)", zip(*facts, strict=True))
    connection.execute("COMMIT")
    connection.executescript(INDEXES)
