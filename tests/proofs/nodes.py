"""Several servers, twenty writers, kills, a restore and a full disk: every answer is up to date.

The index of each process equals the database at every version it answers with; what is published
or withdrawn anywhere shows everywhere with the next request; and nothing that is done to a server
leaves more than an index to be built again. On SQLite and, if reached, on PostgreSQL.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from tests.proofs import _harm, _scenes
from tests.proofs._scenes import Outcome
from tests.proofs._scratch import Scratch, on_postgres, on_sqlite, postgres_url, table
from tests.web.redis_server import REDIS

LISTINGS = 20_000
MANY = 100_000
FILL = f"""
import datetime as dt
import django
django.setup()
from tests.benchmarks.search_parts.fill import fill
from tests.benchmarks.search_parts.made_up import make_catalogue
now = dt.datetime.now(dt.UTC)
fill(make_catalogue({MANY}, now.date()), now)
"""


def scenes(database: Callable[[], AbstractContextManager[Scratch]]) -> Iterator[Outcome]:
    """All scenes, those that need no more than a few plain listings first."""
    with database() as scratch:
        yield _scenes.twenty_writers(scratch)
    with database() as scratch:
        _scenes.fill(scratch, LISTINGS)
        yield _scenes.found_elsewhere(scratch)
        yield _scenes.found_elsewhere(scratch, REDIS_URL=REDIS)
        yield _scenes.found_after_the_admin(scratch)
        yield _harm.restored(scratch, renewed=True)
        yield _harm.restored(scratch, renewed=False)
        yield _harm.full_disk(scratch, "mounted")
        yield _harm.full_disk(scratch, "size limit")
        yield _harm.kills(scratch, LISTINGS)
    with database() as scratch:
        scratch.extra["DJANGO_SETTINGS_MODULE"] = "tests.proofs._node_settings"
        done = scratch.start(program=("-c", FILL)).wait()
        if done.code:
            raise RuntimeError(done.err)
        yield _harm.memory(scratch, MANY)
        yield _harm.many_changes(scratch, MANY * 3 // 10, 500)
        yield _harm.many_changes(scratch, MANY * 3 // 10, MANY)


def main() -> int:
    """Run the proof; return 0 when it holds."""
    databases = {"SQLite": partial(on_sqlite, gazetteer=False), "PostgreSQL": on_postgres}
    if not postgres_url("any"):
        print("PostgreSQL is not reached: skipped")
        del databases["PostgreSQL"]
    rows = []
    for name, database in databases.items():
        for outcome in scenes(database):
            print(f"{name}, {outcome.scene}: {outcome.figures}", flush=True)
            for problem in outcome.problems[:10]:
                print(f"    {problem}", flush=True)
            rows.append((name, outcome.scene, str(len(outcome.problems))))
    table([("database", "scene", "problems"), *rows])
    return int(any(problems != "0" for _, _, problems in rows))


if __name__ == "__main__":
    sys.exit(main())
