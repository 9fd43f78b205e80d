"""The life of an import run: one per source, taken over from the dead, one writing at a time."""

import datetime as dt
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from listings.curation import batches
from listings.exchange.report import Report, from_saved
from listings.models import Catalogue, ImportRun, Source

DEAD_AFTER = dt.timedelta(minutes=10)
"""A run on another machine that has not stirred for so long is taken for dead."""
STIR_SECONDS = 30
"""How often a run that writes nothing shows that it lives."""
_WRITING = " writing"
_NO_CLOCK = "-"


class ImportRefused(Exception):
    """The import cannot start, or was stopped; the message says what to do."""


def settle_date(source: Source, as_of: dt.date | None, file_hash: str) -> dt.date | None:
    """The date of an edition: as given, or that under which the same file was imported before.

    Raises ImportRefused for a date to come, and for one before an edition that is here already.
    """
    # A day of grace: where the file was published it may be tomorrow already.
    if as_of and as_of > timezone.localdate() + dt.timedelta(days=1):
        raise ImportRefused(f"{as_of} lies in the future; no file can be of that day. See --as-of.")
    dated = _applied(source).exclude(as_of=None).order_by("-as_of")
    latest = dated.first()
    if latest is None or latest.as_of is None:
        return as_of
    if as_of is None:
        same = dated.filter(file_hash=file_hash).first()
        as_of = same.as_of if same else None
    if as_of and as_of < latest.as_of:
        raise ImportRefused(
            f"This file is of {as_of}, but {source} was already imported as of {latest.as_of}."
            " An older edition would undo a newer one. Check --as-of."
        )
    return as_of


def last_known_day(run: ImportRun) -> dt.date:
    """For a file without a date, the last day for which it can vouch.

    The day on which these very bytes were first read: to read them again tells nothing new. Where
    the source's editions have had dates, the last of them: this file may be older or newer.
    """
    before = _applied(run.source)
    dated = before.exclude(as_of=None).order_by("-as_of").first()
    if dated and dated.as_of:
        return dated.as_of
    first = before.filter(file_hash=run.file_hash).order_by("started_at").first() or run
    return timezone.localdate(first.started_at)


def _applied(source: Source) -> QuerySet[ImportRun]:
    """Runs that changed something; one that was applied in part counts too."""
    whole_or_part = Q(status=ImportRun.Status.COMPLETE) | Q(cursor__gt=0)
    return source.runs.filter(whole_or_part, dry_run=False)


def begin(
    source: Source, file_name: str, file_hash: str, as_of: dt.date | None, dry_run: bool
) -> tuple[ImportRun, Report]:
    """This source's run, new or taken over from a process that died, with its report so far.

    Raises ImportRefused while another import of the source runs.
    """
    now = timezone.now()
    here = f"{socket.gethostname()} {os.getpid()} {_started(os.getpid()) or _NO_CLOCK}"
    running = source.runs.filter(status=ImportRun.Status.RUNNING).first()
    if running and alive(running):
        raise ImportRefused(
            f"Another import of {source} is running ({running.process}). Wait until it has ended."
        )
    if running and (running.file_hash, running.as_of, running.dry_run) == (
        file_hash, as_of, dry_run,
    ):  # fmt: skip
        # Only one of two that take over at once finds the dead process's name still there.
        taken = source.runs.filter(pk=running.pk, process=running.process)
        if taken.update(process=here, heartbeat_at=now):
            running.process, running.heartbeat_at = here, now
            return running, from_saved(running.report) if running.report else Report()
    try:
        with transaction.atomic():
            source.runs.filter(
                status=ImportRun.Status.RUNNING, process=running.process if running else ""
            ).update(status=ImportRun.Status.INTERRUPTED, finished_at=now)
            run = ImportRun.objects.create(
                source=source, file_name=file_name, file_hash=file_hash, as_of=as_of,
                dry_run=dry_run, started_at=now, heartbeat_at=now, process=here,
            )  # fmt: skip
    except IntegrityError as error:
        raise ImportRefused(
            f"Another import of {source} has just begun. Wait until it has ended."
        ) from error
    return run, Report()


def alive(run: ImportRun) -> bool:
    """Whether the process of a run that says "running" still is."""
    host, pid, started = [*run.process.split(), "", "", ""][:3]
    if host == socket.gethostname() and pid.isdigit() and started != _NO_CLOCK:
        return _started(int(pid)) == started
    return timezone.now() - run.heartbeat_at < DEAD_AFTER


def _started(pid: int) -> str:
    """When a process began, in ticks since boot, so that a number used again is told apart.

    Empty for one that has ended, also where its parent has not yet taken notice (a zombie).
    """
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if parts[0] in {"Z", "X"} else parts[19]


def take_turn(run: ImportRun, waiting: Callable[[ImportRun], None]) -> None:
    """Wait until no other import writes, and be the one that does.

    Which listings are one place depends on those already here: two sources writing at once would
    each miss what the other adds. Reading goes on side by side.
    """
    while True:
        with transaction.atomic():
            # The catalogue's row is held, so that asking and taking are one step.
            Catalogue.objects.select_for_update().get(pk=1)
            others = ImportRun.objects.filter(
                status=ImportRun.Status.RUNNING, process__endswith=_WRITING
            ).exclude(pk=run.pk)
            ahead = next(filter(alive, others.select_related("source")), None)
            if ahead is None:
                before, run.process = run.process, run.process + _WRITING
                batches.keep(run, "process", held_by=before)
                return
        waiting(ahead)
        time.sleep(0.5)


def end(run: ImportRun, status: ImportRun.Status) -> ImportRun:
    """End a run, with its report as it stands. Raises Overtaken when it is another's by now."""
    run.status = status
    # The clocks of two machines may differ by more than a run takes.
    run.finished_at = max(timezone.now(), run.started_at)
    batches.keep(run, "status", "finished_at", "report")
    return run


def fail(run: ImportRun) -> None:
    """Mark a run as failed; report and cursor stay those of the last batch that was written."""
    run.status = ImportRun.Status.FAILED
    run.finished_at = max(timezone.now(), run.started_at)
    batches.keep(run, "status", "finished_at")


class Pulse:
    """Shows what is being done and how far it is, and shows other processes that this one lives."""

    def __init__(self, run: ImportRun, progress: Callable[[str, int, int], None]) -> None:
        self.run, self.progress = run, progress
        self.beat = time.monotonic()

    def __call__(self, what: str, rows: int) -> None:
        """Tell of it; cheap enough for every row."""
        if rows % 500 == 0:
            self.progress(what, rows, 0)
            if time.monotonic() - self.beat > STIR_SECONDS:
                self.beat = time.monotonic()
                batches.keep(self.run)
