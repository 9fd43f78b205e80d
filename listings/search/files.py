"""The index files of a machine: one process writes, all of them map.

A file is named by epoch, version and whether made-up listings are in it. The newest one that fits
the catalogue is used, older ones are removed; a process that still maps one keeps it until it ends.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from listings.models import Listing
from listings.search import mapped
from listings.search.index import Index, Stamp
from listings.search.loading import load_index, stamp_now
from listings.search.segment import Segment
from listings.search.table import Table

log = logging.getLogger("listings.search")


def shared_index(most: int) -> Index:
    """The index from the newest file, or built now and written.

    A file is taken if no more than ``most`` listings have changed since, so that whoever waited
    for another process to build takes what that one has built. Without a folder to write to, the
    index is this process's own.
    """
    if settings.INDEX_DIR is None:
        return load_index()
    folder = Path(settings.INDEX_DIR)
    try:
        with _one_builder(folder):
            return _newest(folder, most) or _built(folder)
    except OSError as error:
        log.warning("The index file cannot be used (%s); this process keeps its own.", error)
        return load_index()


@contextmanager
def _one_builder(folder: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for half in folder.glob("*.index.new-*"):
            half.unlink(missing_ok=True)  # whoever wrote it was killed
        yield


def _name(stamp: Stamp) -> str:
    kind = "demo" if settings.DIRECTORY_DEMO else "site"
    return f"{kind}-{stamp.epoch}-{stamp.version:015}.index"


def _newest(folder: Path, most: int) -> Index | None:
    """The newest readable file of this catalogue, unless it is too old or from its future."""
    # Read under the lock, so no file of this catalogue can be newer: such a one is of versions
    # that an older backup, restored without a new epoch, has made void.
    now = stamp_now()
    lowest, highest = _name(Stamp(now.epoch, 0)), _name(now)
    for name in sorted((path.name for path in folder.glob("*.index")), reverse=True):
        if not lowest <= name <= highest:
            continue
        try:
            columns, about = mapped.read(folder / name)
        except mapped.NotReadable as error:
            log.warning("%s It is left aside.", error)
            continue
        changed = Listing.objects.filter(version__gt=about["version"]).order_by()
        if changed[: most + 1].count() > most:
            return None
        _remove_others(folder, name)
        return Index(Stamp(about["epoch"], about["version"]), Segment(Table(columns)))
    return None


def _built(folder: Path) -> Index:
    index = load_index()
    path = folder / _name(index.stamp)
    try:
        mapped.write(path, index.base.table.columns, index.stamp._asdict())
        shared, _ = mapped.read(path)
    except (OSError, mapped.NotReadable) as error:
        log.warning("The index file cannot be written (%s); this process keeps its own.", error)
        return index
    _remove_others(folder, path.name)
    # Its own arrays go; what stays is the memory that all processes share.
    return Index(index.stamp, Segment(Table(shared)))


def _remove_others(folder: Path, name: str) -> None:
    for other in folder.glob("*.index"):
        if other.name != name:
            other.unlink(missing_ok=True)
