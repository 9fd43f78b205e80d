"""The index that this process answers with, brought up to date by the catalogue's number."""

import gc
import logging
import threading

from django.db import connection

from listings.search.files import shared_index
from listings.search.index import Index, Stamp
from listings.search.loading import changes_since, stamp_now

log = logging.getLogger("listings.search")

AT_ONCE = 5_000
"""Changed listings that a request takes in itself (under half a second); more are left to the
background, and until they are in, answers are those of the version before."""
MOST_CHANGED = 10_000
"""Changed listings beside the large segment from which on it is built anew."""
ANY_NUMBER = 2**31
"""No catalogue has so many listings."""


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
        while index is None or not _leads_to(index.stamp, now):
            index, now = shared_index(AT_ONCE), stamp_now()
        brought = _brought(index, now, AT_ONCE)
        if brought is None or brought.changed > MOST_CHANGED:
            self._rebuild()
        return brought or index

    def _rebuild(self) -> None:
        if self._rebuilding is None or not self._rebuilding.is_alive():
            self._rebuilding = threading.Thread(target=self._in_background, daemon=True)
            self._rebuilding.start()

    def _in_background(self) -> None:
        """Map what another process has built, or build; requests wait for the last bit only."""
        try:
            index = shared_index(AT_ONCE // 2)
            index = _brought(index, stamp_now(), ANY_NUMBER) or index
            with self._lock:
                # Up to this moment: what is kept may have gone further than what was built.
                self._index = _brought(index, stamp_now(), AT_ONCE) or self._index
        except Exception:
            log.exception("The search index could not be built anew.")
        finally:
            connection.close()
            # Tables stand in cycles, and one that is done with would still hold its mapped file.
            gc.collect()


def _leads_to(stamp: Stamp, now: Stamp) -> bool:
    """Whether an index can be brought there by changes.

    A lower version than its own is that of an older database, restored without a new epoch.
    """
    return stamp.epoch == now.epoch and stamp.version <= now.version


def _brought(index: Index, now: Stamp, most: int) -> Index | None:
    """The index at that stamp; None where too much lies between, or another database."""
    if index.stamp == now:
        return index
    changes = changes_since(index.stamp.version, most) if _leads_to(index.stamp, now) else None
    return None if changes is None else index.with_changes(now, changes)


_keeper = Keeper()
current_index = _keeper.current
forget_index = _keeper.forget


def kept_stamp() -> Stamp | None:
    """The version that this process would answer with now; None before the first load."""
    kept = _keeper.kept
    return kept.stamp if kept else None
