"""A process that keeps an index while others write, and compares it with the database.

Run as a program: NAME THREADS [--rows-first]. Many threads ask at once; one of them looks at every
listing that has not changed since the index it was given. With --rows-first the index is brought up
to date in the wrong order, to show that this would be seen. It says that it reads by making the
file reading-NAME in the folder of the proof, ends when the file written stands there, and prints
what it saw, as JSON.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.proofs._node_settings")
django.setup()

from django.conf import settings  # noqa: E402 after Django is set up
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from listings.models import Listing  # noqa: E402
from listings.search import index as index_module  # noqa: E402
from listings.search import serving  # noqa: E402
from listings.search.criteria import Area, SearchCriteria  # noqa: E402
from listings.search.index import Index, Stamp  # noqa: E402
from listings.search.loading import changes_since, load_index, stamp_now  # noqa: E402
from listings.search.serving import Keeper  # noqa: E402
from listings.search.vocabulary import vocabulary  # noqa: E402
from tests.search.held import held  # noqa: E402

# So low that a few hundred listings need all ways of keeping up.
serving.AT_ONCE, serving.MOST_CHANGED, index_module.YOUNG = 100, 150, 20
FOLDER = Path(os.environ["PROOF_FOLDER"])
LONGEST = 300.0  # seconds
CRITERIA = (
    SearchCriteria(older=True),
    SearchCriteria(scope=Area("US"), here=Area("US"), chosen={"attendance": ("online",)}),
)


class RowsFirst(Keeper):
    """Reads the changed rows and then the number, which loses what is committed in between."""

    def _brought_to(self, now: Stamp) -> Index:
        index = self._index
        if index is None:
            return load_index()
        changes = changes_since(index.stamp.version, serving.ANY_NUMBER)
        assert changes is not None
        return index.with_changes(stamp_now(), changes)


class Watch:
    """What all threads saw."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.problems: list[str] = []
        self.missed: set[tuple[int, int]] = set()
        self.asked = self.behind = self.compared = self.listings = 0
        self.stamps: set[Stamp] = set()
        self._ends = time.monotonic() + LONGEST
        self._lock = threading.Lock()

    def goes_on(self) -> bool:
        """Whether anybody still writes."""
        return not (FOLDER / "written").exists() and time.monotonic() < self._ends

    def ask(self) -> None:
        """Ask without pause; an index is never older than the one before it."""
        last = -1
        try:
            while self.goes_on():
                committed = stamp_now()
                index = self.keeper.current()
                criteria = CRITERIA[self.asked % len(CRITERIA)]
                index.answer(criteria, vocabulary(index.stamp).bits, timezone.now())
                if index.stamp.version < last:
                    self.problems.append(f"version {index.stamp.version} after {last}")
                last = index.stamp.version
                with self._lock:
                    self.asked += 1
                    self.behind += index.stamp < committed
                    self.stamps.add(index.stamp)
        except Exception as error:
            self.problems.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    def compare(self) -> None:
        """Compare index and database again and again."""
        try:
            while self.goes_on():
                self.look(self.keeper.current())
        except Exception as error:
            self.problems.append(f"{type(error).__name__}: {error}")

    def look(self, index: Index) -> None:
        """Remember every listing that the index must have as it is now, and has not."""
        ours = held(index)
        with one_moment():
            versions = dict(
                Listing.objects.filter(version__lte=index.stamp.version).values_list(
                    "pk", "version"
                )
            )
            theirs = held(load_index())
        self.missed |= {
            (pk, version) for pk, version in versions.items() if ours.get(pk) != theirs.get(pk)
        }
        self.compared += 1
        self.listings += len(versions)


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:  # Django's own transactions would take the write lock
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def at_rest(keeper: Keeper) -> Index:
    """The index when nobody writes any more and what is built in the background is there."""
    ends = time.monotonic() + LONGEST / 10
    while (index := keeper.current()).stamp != stamp_now() and time.monotonic() < ends:
        time.sleep(0.05)
    return index


def main(name: str, threads: int, *, rows_first: bool) -> None:
    """Watch, and print what was seen."""
    settings.INDEX_DIR = FOLDER / f"index-{name}"
    keeper = RowsFirst() if rows_first else Keeper()
    watch = Watch(keeper)
    keeper.current()
    (FOLDER / f"reading-{name}").touch()
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(threads - 1):
            pool.submit(watch.ask)
        watch.compare()
    index = at_rest(keeper)
    watch.look(index)
    seen: dict[str, Any] = {
        "problems": watch.problems[:20],
        "missed": len(watch.missed),
        "asked": watch.asked,
        "behind": watch.behind,
        "compared": watch.compared,
        "listings": watch.listings,
        "versions": len(watch.stamps),
        "version": index.stamp.version,
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), rows_first="--rows-first" in sys.argv)
