"""Reads a whole file once, without any lock, and sets aside what differs from last time.

What differs goes to a temporary file, so that a file of a million rows needs no more memory than
a small one.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Final

from listings.exchange.readers.base import Reading
from listings.exchange.records import BadRow, OutOfScope
from listings.exchange.report import Report
from listings.exchange.values import Values, content_hash, record_values
from listings.models import ListingIdentifier, Source

MAX_RECORD: Final = 1_000_000
"""Characters that one record may have with all that its source wrote beside it."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One record that is new or differs from the one imported last."""

    row: int
    external_id: str
    content_hash: str
    values: Values
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What this source said of one external id last time."""

    pk: int
    content_hash: str
    seen_on: dt.date
    missing: bool


@dataclass(slots=True)
class Stage:
    """The outcome of reading: what to apply, what to reconfirm, what is gone."""

    known: dict[str, Known]
    file: IO[str]
    seen: set[str] = field(default_factory=set)
    reconfirm: list[int] = field(default_factory=list)
    staged_rows: int = 0
    changed_rows: int = 0

    def missing(self) -> list[int]:
        """Keys of the identifiers that the source no longer names."""
        return [
            known.pk
            for external_id, known in self.known.items()
            if external_id not in self.seen and not known.missing
        ]

    def brake(self) -> str:
        """Why a run this large a change should stop, or an empty string."""
        present = sum(1 for known in self.known.values() if not known.missing)
        gone = len(self.missing())
        if present and self.changed_rows > present * 0.10:
            what = f"{self.changed_rows:,} of {present:,} records would change (more than 10 %)"
        elif present and gone > present * 0.05:
            what = f"{gone:,} of {present:,} records would be gone (more than 5 %)"
        else:
            return ""
        return (
            f"Stopped, nothing was changed: {what}. Look at the file. If it is right, run the same"
            " command again with --accept-large-change."
        )

    def records(self) -> Iterator[Staged]:
        """The staged records again, in the order of the file."""
        self.file.seek(0)
        for line in self.file:
            yield Staged(**json.loads(line))


def stage(
    reading: Reading,
    source: Source,
    seen_on: dt.date,
    report: Report,
    file: IO[str],
    progress: Callable[[int], None],
) -> Stage:
    """Read every row, fill the report's counts of rows, and set aside what differs.

    Raises ReadError when the file cannot be read to its end; nothing has been changed then.
    """
    result = Stage(_known(source), file)
    for row in reading.rows:
        report.rows += 1
        progress(report.rows)
        match row:
            case BadRow():
                report.quarantine(row.row, row.reason)
            case OutOfScope():
                report.count("out_of_scope", [row.reason])
            case _:
                report.count("not_mapped", row.not_mapped)
                report.count("unknown_codes", row.unknown_codes)
                report.count("notes", row.notes)
                if row.external_id in result.seen:
                    report.quarantine(
                        row.row, f"The id {row.external_id} stands in this file twice."
                    )
                    continue
                values, raw = record_values(row), dict(row.raw)
                staged = Staged(row.row, row.external_id, content_hash(values, raw), values, raw)
                _sort_in(result, staged, seen_on, report)
    return result


def _known(source: Source) -> dict[str, Known]:
    rows = ListingIdentifier.objects.filter(source=source).values_list(
        "external_id", "pk", "record__content_hash", "seen_on", "missing_since"
    )
    return {
        external_id: Known(pk, digest, seen_on, missing is not None)
        for external_id, pk, digest, seen_on, missing in rows.iterator(chunk_size=5_000)
    }


def _sort_in(result: Stage, staged: Staged, seen_on: dt.date, report: Report) -> None:
    result.seen.add(staged.external_id)
    known = result.known.get(staged.external_id)
    if known and known.content_hash == staged.content_hash:
        report.same += 1
        if known.missing or known.seen_on < seen_on:
            result.reconfirm.append(known.pk)
        return
    line = json.dumps(asdict(staged), ensure_ascii=False, default=str)
    if len(line) > MAX_RECORD:
        reason = f"The record has {len(line):,} characters, more than {MAX_RECORD:,}. Shorten it."
        report.quarantine(staged.row, reason)
        return
    result.staged_rows += 1
    if known and not known.missing:
        result.changed_rows += 1
    result.file.write(line + "\n")
