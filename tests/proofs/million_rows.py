"""A file of a million rows is read in less than 300 MB; the real directory imports within 30 s.

The million are read by a dry run, and the first 50,000 of them imported. Without the real file
beside the repository a made-up one of its size takes its place.
"""

import sys

from tests.proofs import _made_up
from tests.proofs._scratch import REAL_FILE, Done, Scratch, copy_of, on_sqlite, table

MILLION = 1_000_000
IMPORTED = 50_000
DIRECTORY_ROWS = 2_693
MEGABYTES = 300.0
SECONDS = 30.0  # for the directory, on 2 cores


def measure(scratch: Scratch, what: str, rows: int, *arguments: str) -> tuple[Done, list[object]]:
    """Run an import and give its line of the table."""
    done = scratch.manage("import_listings", *arguments)
    if done.code or done.has_traceback:
        print(done.out[-500:], done.err[-500:])
    speed = f"{rows / done.seconds:,.0f}"
    return done, [what, f"{rows:,}", f"{done.seconds:.1f}", speed, f"{done.megabytes:.0f}"]


def main() -> int:
    """Run the proof; return 0 when it holds."""
    lines: list[list[object]] = [["import", "rows", "seconds", "rows/s", "peak MB"]]
    with on_sqlite() as base:
        real = REAL_FILE
        if not real.exists():
            real = _made_up.samhsa(base.folder / "su.csv", _made_up.facilities(DIRECTORY_ROWS))
        directory, line = measure(
            copy_of(base, "directory.sqlite3"), real.name, DIRECTORY_ROWS,
            "samhsa", str(real), "--as-of", "2026-01-01",
        )  # fmt: skip
        lines.append(line)
        scratch = copy_of(base, "million.sqlite3")
        part = str(_made_up.template(base.folder / "part.csv", IMPORTED))
        written, line = measure(scratch, "template, written", IMPORTED, "csv", part)
        lines.append(line)
        again, line = measure(scratch, "the same again", IMPORTED, "csv", part)
        lines.append(line)
        whole = str(_made_up.template(base.folder / "million.csv", MILLION))
        scratch = copy_of(base, "dry.sqlite3")
        dry, line = measure(scratch, "template, dry run", MILLION, "csv", whole, "--dry-run")
        lines.append(line)
        nothing = scratch.look()["listings"] == 0
    table(lines)
    holds = (
        nothing
        and not any(done.code for done in (directory, written, again, dry))
        and directory.seconds <= SECONDS
        and max(directory.megabytes, dry.megabytes) <= MEGABYTES
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
