"""One import: stage without a lock, stop at the brake, apply whole listings in short batches.

A run that is killed leaves whole listings and a row that says "running" with a dead process. The
next run of the same source takes that row over: what was applied is found to be the same, and the
rest goes on (DESIGN: the catalogue version; requirement R5).
"""

import copy
import datetime as dt
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from listings.curation import batches
from listings.curation.batches import Stale
from listings.curation.change import Change
from listings.exchange.planning import plan_batch
from listings.exchange.readers.base import Reading
from listings.exchange.records import SourceSpec
from listings.exchange.report import Report, from_saved
from listings.exchange.same_place import Match, find
from listings.exchange.staging import Stage, Staged, stage
from listings.models import ImportRun, ListingIdentifier, Source, Term

Progress = Callable[[str, int], None]
"""Called with what is being done ("reading", "writing") and how many rows so far."""

LOCK_SECONDS = 0.5
"""What a batch aims at: the write lock is held no longer than a second."""
DEAD_AFTER = dt.timedelta(minutes=10)
"""A run on another machine that has not stirred for so long is taken for dead."""


class ImportRefused(Exception):
    """The import cannot start, or was stopped; the message says what to do."""


def import_reading(
    reading: Reading,
    *,
    file_name: str,
    file_hash: str,
    as_of: dt.date | None = None,
    dry_run: bool = False,
    accept_large_change: bool = False,
    progress: Progress = lambda what, rows: None,
) -> ImportRun:
    """Import one reading and return its run, with the saved report.

    ``file_hash`` is SHA-256 of the bytes, in hexadecimal; ``as_of`` the source's own date.
    Raises ImportRefused, ReadError (nothing was changed) or the database's error (whole listings
    were applied up to the run's cursor; run it again).
    """
    source = _source(reading.source)
    _refuse_older(source, as_of)
    run, before = _begin(source, file_name[:300], file_hash, as_of, dry_run)
    try:
        return _run(run, before, reading, accept_large_change, progress)
    except BaseException:
        if run.status == ImportRun.Status.RUNNING:
            _end(run, ImportRun.Status.FAILED)
        raise


def _run(
    run: ImportRun,
    before: Report,
    reading: Reading,
    accept_large_change: bool,
    progress: Progress,
) -> ImportRun:
    report = Report()
    seen_on = run.as_of or timezone.localdate(run.started_at)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        staged = stage(reading, run.source, seen_on, report, file, _Pulse(run, progress))
        return _apply_stage(run, before, staged, report, seen_on, accept_large_change, progress)


def _apply_stage(
    run: ImportRun,
    before: Report,
    staged: Stage,
    report: Report,
    seen_on: dt.date,
    accept_large_change: bool,
    progress: Progress,
) -> ImportRun:
    _carry_over(before, report)
    stopped = "" if accept_large_change else staged.brake()
    if stopped:
        report.stopped = stopped
        run.report = report.saved()
        return _end(run, ImportRun.Status.STOPPED)
    unknown = (one for one in staged.records() if one.external_id not in staged.known)
    matches = find(unknown, run.source, staged.seen)
    for batch in _batches(staged, report, progress):
        _apply(run, batch, matches, report, seen_on)
    _finish(run, staged, report, seen_on)
    run.report = report.saved()
    return _end(run, ImportRun.Status.COMPLETE)


class _Pulse:
    """Shows the rows read so far, and shows other processes that this one lives."""

    def __init__(self, run: ImportRun, progress: Progress) -> None:
        self.run, self.progress = run, progress
        self.beat = time.monotonic()

    def __call__(self, rows: int) -> None:
        if rows % 500 == 0:
            self.progress("reading", rows)
            if time.monotonic() - self.beat > 30:
                self.beat = time.monotonic()
                self.run.heartbeat_at = timezone.now()
                self.run.save(update_fields=["heartbeat_at"])


def _source(spec: SourceSpec) -> Source:
    values = {
        "name": spec.name,
        "url": spec.url,
        "policy": spec.policy,
        "licence": spec.licence,
        "attribution": spec.attribution,
        "is_demo": spec.is_demo,
    }
    return Source.objects.get_or_create(code=spec.code, defaults=values)[0]


def _refuse_older(source: Source, as_of: dt.date | None) -> None:
    dated = source.runs.filter(status=ImportRun.Status.COMPLETE, dry_run=False)
    latest = dated.exclude(as_of=None).order_by("-as_of").first()
    if as_of and latest and latest.as_of and as_of < latest.as_of:
        raise ImportRefused(
            f"This file is of {as_of}, but {source} was already imported as of {latest.as_of}."
            " An older edition would undo a newer one. Check --as-of."
        )


def _begin(
    source: Source, file_name: str, file_hash: str, as_of: dt.date | None, dry_run: bool
) -> tuple[ImportRun, Report]:
    """This source's run, new or taken over from a process that died, with its report so far."""
    now = timezone.now()
    here = f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"
    running = source.runs.filter(status=ImportRun.Status.RUNNING).first()
    if running and _alive(running):
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


def _alive(run: ImportRun) -> bool:
    host, pid, started = [*run.process.split(), "", "", ""][:3]
    if host == socket.gethostname() and pid.isdigit():
        return Path(f"/proc/{pid}").exists() and _started(int(pid)) == started
    return timezone.now() - run.heartbeat_at < DEAD_AFTER


def _started(pid: int) -> str:
    """When a process began, in ticks since boot: a number used again is told apart."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "-"


def _carry_over(before: Report, report: Report) -> None:
    """What an interrupted run had applied is found the same now; it keeps its first name."""
    for name in ("new", "changed", "matched", "conflicts", "without_point"):
        setattr(report, name, getattr(before, name))
    report.same = max(0, report.same - before.new - before.changed - before.matched)


def _batches(staged: Stage, report: Report, progress: Progress) -> Iterator[list[Staged]]:
    """The staged records in batches that grow or shrink to what half a second can hold."""
    records = staged.records()
    size, done = 20, 0
    while batch := list(islice(records, size)):
        start = time.monotonic()
        yield batch
        spent = max(time.monotonic() - start, 0.01)
        size = max(5, min(400, int(size * min(2.0, LOCK_SECONDS / spent))))
        done += len(batch)
        progress("writing", done)


def _apply(
    run: ImportRun,
    batch: list[Staged],
    matches: Mapping[str, Match],
    report: Report,
    seen_on: dt.date,
) -> None:
    terms = Term.objects.in_bulk(field_name="code")
    for _attempt in range(10):
        changes = plan_batch(batch, run, matches, seen_on)
        counted = _count(changes, report)
        if run.dry_run:
            break
        run.heartbeat_at = timezone.now()
        run.report = counted.saved()
        try:
            batches.write(run, changes, terms)
            break
        except Stale:
            continue  # a curator saved one of these just now: work the batch out again
    else:
        raise ImportRefused("Listings kept changing under this import. Run it again.")
    for name in ("new", "changed", "matched", "conflicts", "without_point"):
        setattr(report, name, getattr(counted, name))


def _count(changes: list[Change], report: Report) -> Report:
    """The report with one batch added, so that a batch and its counts are saved together."""
    counted = copy.copy(report)
    for change in changes:
        if change.is_new:
            counted.new += 1
            counted.without_point += change.attributes.get("latitude") is None
        elif change.identifier.pk is None:
            counted.matched += 1
        else:
            counted.changed += 1
        counted.conflicts += len(change.conflicts)
    return counted


def _finish(run: ImportRun, staged: Stage, report: Report, seen_on: dt.date) -> None:
    report.reconfirmed = len(staged.reconfirm)
    missing = staged.missing()
    report.missing = len(missing)
    if run.dry_run:
        return
    for keys, act in ((staged.reconfirm, batches.reconfirm), (missing, batches.flag_missing)):
        for start in range(0, len(keys), 200):
            rows = ListingIdentifier.objects.filter(pk__in=keys[start : start + 200])
            act(run, list(rows), seen_on)


def _end(run: ImportRun, status: str) -> ImportRun:
    run.status = status
    run.finished_at = timezone.now()
    run.save()
    return run
