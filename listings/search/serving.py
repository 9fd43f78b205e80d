"""The index that this process answers with, brought up to date by the catalogue's number."""

import logging
import threading

from django.db import connection

from listings.search.files import newer_index, shared_index
from listings.search.index import Index, Stamp
from listings.search.loading import changes_since, stamp_now

log = logging.getLogger("listings.search")

AT_ONCE = 5_000
"""Changed listings that a request takes in itself (under half a second); more are left to the
background, and until they are in, answers are those of the version before."""
MOST_CHANGED = 10_000
"""Changed listings beside the large segment from which on it is built anew."""


class Keeper:
    """Keeps one index per process. Threads share it; only one at a time brings it up to date."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._lock = threading.Lock()
        self._rebuilding: threading.Thread | None = None

    @property
    def kept(self) -> Index | None:
        """What is in memory, however old."""
        return self._index

    def current(self) -> Index:
        """The index at the catalogue's present version.

        The number is read first, and only then what carries a higher one (models.catalogue).
        """
        index = self._index
        if index is not None and index.stamp == stamp_now():
            return index
        with self._lock:
            # Read again: another thread may have gone further than the number read above.
            self._index = self._brought_to(stamp_now())
            return self._index

    def forget(self) -> None:
        """Drop the index, so that the next search loads it anew."""
        with self._lock:
            self._index = None

    def _brought_to(self, now: Stamp) -> Index:
        index = self._index
        # A lower version than the one in memory is an older database, restored without saying so.
        if index is None or index.stamp.epoch != now.epoch or index.stamp.version > now.version:
            index = shared_index(now)
        if index.stamp == now:
            return index
        changes = changes_since(index.stamp.version, AT_ONCE)
        if changes is None and self._index is None:
            index = shared_index(now, least=now.version)
            changes = changes_since(index.stamp.version, AT_ONCE)
        if changes is None:
            self._rebuild()
            return index
        index = index.with_changes(now, changes)
        if index.changed > MOST_CHANGED:
            self._rebuild()
        return index

    def _rebuild(self) -> None:
        if self._rebuilding is None or not self._rebuilding.is_alive():
            self._rebuilding = threading.Thread(target=self._in_background, daemon=True)
            self._rebuilding.start()

    def _in_background(self) -> None:
        """Map what another process has built, or build; then let requests take in the rest."""
        try:
            now = stamp_now()
            least = now.version - AT_ONCE // 2
            index = newer_index(now, least) or shared_index(now, least=now.version)
            with self._lock:
                kept = self._index
                if kept is None or kept.stamp.epoch == index.stamp.epoch:
                    self._index = index
        except Exception:
            log.exception("The search index could not be built anew.")
        finally:
            connection.close()


_keeper = Keeper()
current_index = _keeper.current
forget_index = _keeper.forget


def kept_stamp() -> Stamp | None:
    """The version that this process would answer with now; None before the first load."""
    kept = _keeper.kept
    return kept.stamp if kept else None
