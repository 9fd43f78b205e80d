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

from listings.search import mapped
from listings.search.index import Index, Stamp
from listings.search.loading import load_index
from listings.search.segment import Segment
from listings.search.table import Table

log = logging.getLogger("listings.search")


def shared_index(stamp: Stamp, *, least: int = 0) -> Index:
    """The index from the newest file of at least that version, or built now and written.

    Without a folder to write to, the index is this process's own.
    """
    folder = settings.INDEX_DIR
    if folder is None:
        return load_index()
    try:
        with _one_builder(Path(folder)):
            return _newest(Path(folder), stamp, least) or _built(Path(folder))
    except OSError as error:
        log.warning("The index file cannot be written (%s); each process keeps its own.", error)
        return load_index()


def newer_index(stamp: Stamp, than: int) -> Index | None:
    """The newest file's index, if another process has written one newer than that version."""
    folder = settings.INDEX_DIR
    return _newest(Path(folder), stamp, than + 1) if folder is not None else None


@contextmanager
def _one_builder(folder: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _name(stamp: Stamp) -> str:
    kind = "demo" if settings.DIRECTORY_DEMO else "site"
    return f"{kind}-{stamp.epoch}-{stamp.version:015}.index"


def _newest(folder: Path, stamp: Stamp, least: int) -> Index | None:
    """The newest readable file of this catalogue from ``least`` to the version of ``stamp``."""
    lowest, highest = _name(Stamp(stamp.epoch, least)), _name(stamp)
    names = sorted((path.name for path in folder.glob("*.index")), reverse=True)
    for name in names:
        if lowest <= name <= highest:
            try:
                columns, about = mapped.read(folder / name)
            except mapped.NotReadable as error:
                log.warning("%s It is left aside.", error)
                continue
            return Index(Stamp(about["epoch"], about["version"]), Segment(Table(columns)))
    return None


def _built(folder: Path) -> Index:
    index = load_index()
    path = folder / _name(index.stamp)
    columns = index.base.table.columns
    mapped.write(path, columns, index.stamp._asdict())
    for other in folder.iterdir():
        if other.name != path.name and other.name != "lock":
            other.unlink(missing_ok=True)
    # Its own arrays go; what stays is the memory that all processes share.
    shared, _ = mapped.read(path)
    return Index(index.stamp, Segment(Table(shared)))
