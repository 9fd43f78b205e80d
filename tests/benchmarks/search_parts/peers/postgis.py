"""PostGIS: the same rows, a GiST index for places, facts as bits of a column and as a table.

The rows lie on disk in the order of the map, as CLUSTER would leave them. No index serves the bits:
nearly every count needs rows that miss one choice, so only the place narrows a search down.
The page comes from the index of geography in the order of distance (KNN), without a place from a
B-tree by name. Total and counts come from one statement that reads the rows of the place once: by
the index of geometry and great-circle distances written out, which beats ST_DWithin by a third.
Slower, and so left out: grouping by the missed choice, count(*) FILTER, generate_series over the
bits, arrays of terms with unnest.
"""

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from listings.models.listing import CURRENT_DAYS
from listings.search.criteria import Circle, SearchCriteria
from listings.values.geo import KM_PER_MILE
from tests.benchmarks.search_parts.cases import DENSE, Ticked, benchmark_cases, ticked
from tests.benchmarks.search_parts.contenders import Outcome
from tests.benchmarks.search_parts.debian import install
from tests.benchmarks.search_parts.made_up import Catalogue
from tests.benchmarks.search_parts.peers.postgis_tables import load
from tests.benchmarks.search_parts.peers.statements import (
    PAGE,
    box_of,
    counts_by_bits,
    counts_by_facts,
    distance,
    fits_by_bits,
    fits_by_facts,
    missed,
    outcome_of_bits,
    outcome_of_facts,
)
from tests.proofs._scratch import postgres_url

METRES = KM_PER_MILE * 1000
WORKERS = (0, 2)
SETTINGS = (
    # For 24 GiB of memory. Another shared_buffers would need a restart; the system caches the rest.
    "SET work_mem = '256MB'",
    "SET effective_cache_size = '16GB'",
    "SET random_page_cost = 1.1",
    "SET jit = off",
)


class PostGIS:
    """Answers from one connection; its subclasses say how facts are kept."""

    knows_words = True
    name: str
    columns: str

    def __init__(self, connection: psycopg.Connection, today: dt.date) -> None:
        self.connection = connection
        self.since = today.toordinal() - CURRENT_DAYS

    def fits(self, one: Ticked) -> str:
        """Whether a listing answers a choice."""
        raise NotImplementedError

    def answer(self, criteria: SearchCriteria) -> Outcome:
        """Page, total and all counts."""
        raise NotImplementedError

    def where(self, criteria: SearchCriteria, place: str) -> str:
        """The rows of the place, and of the words."""
        conditions = [f"confirmed >= {self.since}"]
        if place:
            conditions += [place, "online = 0"]
        if criteria.text:
            words = f"plainto_tsquery('simple', '{criteria.text}')"
            conditions.append(f"to_tsvector('simple', name) @@ {words}")
        return " AND ".join(conditions)

    def page(self, criteria: SearchCriteria) -> list[tuple[int, ...]]:
        """The first twenty that answer every choice."""
        fits = "".join(f" AND {self.fits(one)}" for one in ticked(criteria))
        order, place = "lower(name)", ""
        if isinstance(criteria.scope, Circle):
            here = "'SRID=4326;POINT({0.longitude!r} {0.latitude!r})'::geography"
            here = here.format(criteria.scope.centre)
            order = f"location <-> {here}"
            place = f"ST_DWithin(location, {here}, {criteria.scope.miles * METRES!r}, false)"
        where = f"{self.where(criteria, place)}{fits}"
        return self.rows(f"SELECT id FROM listing WHERE {where} ORDER BY {order} LIMIT {PAGE}")

    def near(self, criteria: SearchCriteria) -> str:
        """The rows of the place with the choices they miss."""
        choices = missed([self.fits(one) for one in ticked(criteria)])
        place = ""
        if isinstance(criteria.scope, Circle):
            box = box_of(criteria.scope)
            corners = f"{box.west!r}, {box.south!r}, {box.east!r}, {box.north!r}"
            place = f"location::geometry && ST_MakeEnvelope({corners}, 4326)"
            place += f" AND {distance(criteria.scope)} <= {criteria.scope.miles!r}"
        return (
            f"WITH near AS MATERIALIZED (SELECT {self.columns}, {choices} AS missed"
            f" FROM listing WHERE {self.where(criteria, place)}) "
        )

    def rows(self, statement: str) -> list[tuple[int, ...]]:
        """All rows of a statement, which is prepared when it comes again."""
        return self.connection.execute(statement.encode()).fetchall()


class PostGISBits(PostGIS):
    """Facts as two columns of 320 bits."""

    name = "PostGIS, facts as bits"
    columns = "yes, no"

    def fits(self, one: Ticked) -> str:
        """By a mask."""
        return fits_by_bits(one)

    def answer(self, criteria: SearchCriteria) -> Outcome:
        """Two statements: the page; total and counts."""
        (counts,) = self.rows(self.near(criteria) + counts_by_bits(criteria))
        return outcome_of_bits(criteria, self.page(criteria), counts)


class PostGISFacts(PostGIS):
    """Facts as the usual table of listing, term and value."""

    name = "PostGIS, table of facts"
    columns = "id"

    def fits(self, one: Ticked) -> str:
        """By a look into the table."""
        return fits_by_facts(one)

    def answer(self, criteria: SearchCriteria) -> Outcome:
        """Two statements: the page; total and counts, the total as term -1."""
        sizes = "SELECT missed, -1, 0, count(*) FROM near GROUP BY missed"
        found = self.rows(f"{self.near(criteria)}{counts_by_facts(criteria)} UNION ALL {sizes}")
        totals = [(row[0], row[3]) for row in found if row[1] < 0]
        counts = [row for row in found if row[1] >= 0]
        return outcome_of_facts(criteria, self.page(criteria), totals, counts)


@contextmanager
def postgis(catalogue: Catalogue, today: dt.date) -> Iterator[list[PostGIS]]:
    """Both ways on a database of their own, dropped at the end. Raises psycopg.Error."""
    url = postgres_url(f"peer_{os.getpid()}")
    if not url:
        raise psycopg.OperationalError("no PostgreSQL server answers here")
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        need_postgis(admin)
        admin.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
                load(connection, catalogue)
                ways = [PostGISBits(connection, today), PostGISFacts(connection, today)]
                for statement in SETTINGS:
                    connection.execute(statement)
                _choose_workers(connection, ways[0])
                yield ways
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def need_postgis(connection: psycopg.Connection) -> None:
    """Install Debian's package where it is missing and we may. Raises psycopg.Error."""
    ask = "SELECT FROM pg_available_extensions WHERE name = 'postgis'"
    if connection.execute(ask).fetchone() is not None:
        return
    package = f"postgresql-{connection.info.server_version // 10_000}-postgis-3"
    install(package)
    if connection.execute(ask).fetchone() is None:
        raise psycopg.OperationalError(f"the server has no PostGIS ({package})")


def _choose_workers(connection: psycopg.Connection, way: PostGIS) -> None:
    """Keep the faster number of parallel workers, measured on the dense metro."""
    case = next(case for case in benchmark_cases() if case.name == DENSE)
    times = []
    for workers in WORKERS:
        connection.execute(f"SET max_parallel_workers_per_gather = {workers}")
        for _ in range(2):  # the first one warms up
            started = time.perf_counter()
            for criteria in case.criteria:
                way.answer(criteria)
        times.append((time.perf_counter() - started, workers))
    connection.execute(f"SET max_parallel_workers_per_gather = {min(times)[1]}")
