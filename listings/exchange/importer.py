"""One import: stage without a lock, stop at the brake, apply whole listings in short batches.

A run that is killed leaves whole listings and a row that says "running" with a dead process. The
next run of the same source takes that row over: what was applied is found to be the same, and the
rest goes on (DESIGN: the catalogue version; requirement R5).
"""

import copy
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from django.db import DataError, Error, IntegrityError, OperationalError

from listings.curation import batches
from listings.curation.batches import Overtaken, Stale
from listings.curation.change import Change
from listings.exchange import runs
from listings.exchange.planning import plan_batch
from listings.exchange.readers.base import Reading
from listings.exchange.records import SourceSpec
from listings.exchange.report import Report
from listings.exchange.runs import ImportRefused, Pulse
from listings.exchange.same_place import Match, find
from listings.exchange.staging import Stage, Staged, stage
from listings.models import ImportRun, Source, Term
from listings.taxonomy import terms as terms_of_files

__all__ = ["ImportRefused", "Progress", "import_reading"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("reading", "writing"), rows so far, of how many (0: unknown)."""

LOCK_SECONDS = 0.5
"""What a batch aims at: the write lock is held no longer than a second."""
ATTEMPTS = 10
"""How often a batch is worked out again because its listings were changed meanwhile."""
_CARRIED = ("new", "changed", "matched", "conflicts", "without_point", "missing", "reconfirmed")
_DEADLOCK = "40P01"


@dataclass(slots=True)
class _Work:
    """What one run has in hand once its file is read."""

    run: ImportRun
    staged: Stage
    matches: Mapping[str, Match]
    report: Report
    seen_on: dt.date
    terms: Mapping[str, Term]
    pulse: Pulse


def import_reading(
    reading: Reading,
    *,
    file_name: str,
    file_hash: str,
    as_of: dt.date | None = None,
    dry_run: bool = False,
    accept_large_change: bool = False,
    progress: Progress = lambda what, rows, of: None,
) -> ImportRun:
    """Import one reading and return its run, with the saved report.

    ``file_hash`` is SHA-256 of the bytes, in hexadecimal; ``as_of`` the source's own date.
    Raises ImportRefused, ReadError (nothing was changed) or the database's error (whole listings
    were applied up to the run's cursor; run it again).
    """
    terms = _terms()
    source = _source(reading.source)
    as_of = runs.settle_date(source, as_of, file_hash)
    # A file's name need not be text.
    name = file_name.encode("utf-8", "replace").decode()[:300]
    run, before = runs.begin(source, name, file_hash, as_of, dry_run)
    try:
        return _run(run, before, reading, terms, accept_large_change, progress)
    except Overtaken as error:
        raise ImportRefused(
            f"Another process took this import of {source} over, because this one had not stirred"
            f" for {runs.DEAD_AFTER}. Wait until that one has ended."
        ) from error
    except BaseException:
        # With the disk full or the database gone, the next run sees by itself that this one died.
        with suppress(Error, Overtaken):
            runs.fail(run)
        raise


def _run(
    run: ImportRun,
    before: Report,
    reading: Reading,
    terms: Mapping[str, Term],
    accept_large_change: bool,
    progress: Progress,
) -> ImportRun:
    report, pulse = Report(), Pulse(run, progress)
    seen_on = run.as_of or runs.last_known_day(run)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        staged = stage(
            reading, run.source, seen_on, report, file, lambda rows: pulse("reading", rows)
        )
        _carry_over(before, report)
        report.stopped = "" if accept_large_change else staged.brake()
        if report.stopped:
            run.report = report.saved()
            return runs.end(run, ImportRun.Status.STOPPED)
        if not run.dry_run:
            runs.take_turn(run, lambda ahead: pulse(f"waiting for the import of {ahead.source}", 0))
        matches = find(_unknown(staged, pulse), run.source, staged.seen)
        work = _Work(run, staged, matches, report, seen_on, terms, pulse)
        for batch in _batches(work):
            _apply(work, batch)
        _finish(work)
    run.report = report.saved()
    return runs.end(run, ImportRun.Status.COMPLETE)


def _terms() -> Mapping[str, Term]:
    """The taxonomy by code. Raises ImportRefused unless all of today's files is loaded."""
    loaded = Term.objects.in_bulk(field_name="code")
    if terms_of_files().keys() - loaded.keys():
        raise ImportRefused(
            "The taxonomy is not loaded, or is older than the program. Run: manage.py load_taxonomy"
        )
    return loaded


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


def _carry_over(before: Report, report: Report) -> None:
    """What an interrupted run had applied is found the same now; it keeps its first name."""
    for name in _CARRIED:
        setattr(report, name, getattr(before, name))
    report.same = max(0, report.same - before.new - before.changed - before.matched)


def _unknown(staged: Stage, pulse: Pulse) -> Iterator[Staged]:
    for number, record in enumerate(staged.records()):
        pulse("comparing", number)
        if record.external_id not in staged.known:
            yield record


def _batches(work: _Work) -> Iterator[list[Staged]]:
    """The staged records in batches that grow or shrink to what half a second can hold."""
    records = work.staged.records()
    size, done = 20, 0
    while batch := list(islice(records, size)):
        start = time.monotonic()
        yield batch
        spent = max(time.monotonic() - start, 0.01)
        size = max(5, min(400, int(size * min(2.0, LOCK_SECONDS / spent))))
        done += len(batch)
        work.pulse.progress("writing", done, work.staged.staged_rows)


def _apply(work: _Work, batch: list[Staged]) -> None:
    """Write a batch; of one that the database refuses, all records but those at fault."""
    try:
        _write(work, batch)
    except (DataError, IntegrityError) as error:
        if len(batch) > 1:
            for record in batch:
                _apply(work, [record])
        else:
            why = str(error).splitlines()[0][:150]
            work.report.quarantine(
                batch[0].row, f"The database does not take this record ({why}). Correct the row."
            )


def _write(work: _Work, batch: list[Staged]) -> None:
    run = work.run
    for _attempt in range(ATTEMPTS):
        changes = plan_batch(batch, run, work.matches, work.seen_on)
        counted = _count(changes, work.report)
        if run.dry_run:
            break
        run.report, cursor = counted.saved(), run.cursor
        try:
            batches.write(run, changes, work.terms)
            break
        except Stale:
            continue  # a curator saved one of these just now: work the batch out again
        except (DataError, IntegrityError):
            run.cursor = cursor  # PostgreSQL may refuse as late as at the commit
            raise
        except OperationalError as error:
            run.cursor = cursor
            if getattr(error.__cause__, "sqlstate", "") != _DEADLOCK:
                raise
    else:
        raise ImportRefused("Listings kept changing under this import. Run it again.")
    for name in _CARRIED:
        setattr(work.report, name, getattr(counted, name))


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


def _finish(work: _Work) -> None:
    """Date anew what is the same, and flag what is gone; counts are saved with each step."""
    run, report = work.run, work.report
    reconfirm, missing = work.staged.reconfirm, work.staged.missing()
    if run.dry_run:
        report.reconfirmed, report.missing = len(reconfirm), len(missing)
        return
    for start in range(0, len(reconfirm), 200):
        keys = reconfirm[start : start + 200]
        report.reconfirmed += len(keys)
        run.report = report.saved()
        batches.reconfirm(run, keys, work.seen_on)
    for start in range(0, len(missing), 200):
        keys = missing[start : start + 200]
        report.missing += len(keys)
        run.report = report.saved()
        batches.flag_missing(run, keys, work.seen_on)
