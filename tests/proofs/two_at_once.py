"""Two imports at once, and a curator at work during one: nothing is lost, doubled or locked out.

The same source twice: the second is turned away and changes nothing. Two sources: the outcome is
that of one after the other. A curator's edits and an import's changes to the same listings all
stay.
"""

import itertools
import sys
from collections.abc import Callable
from contextlib import ExitStack

from tests.proofs import _made_up
from tests.proofs._scratch import (
    Done,
    Scratch,
    copy_of,
    on_postgres,
    on_sqlite,
    postgres_url,
    table,
)

ROWS = 1_500
Outcome = tuple[str, str, list[str]]


def same_source(scratch: Scratch) -> Outcome:
    """Start the same import twice at once."""
    path = str(_made_up.samhsa(scratch.folder / "one.csv", _made_up.facilities(ROWS)))
    children = [scratch.start("import_listings", "samhsa", path) for _ in range(2)]
    ends = [child.wait() for child in children]
    problems = _shown(ends)
    refused = [done for done in ends if done.code]
    if len(refused) != 1 or "Another import of" not in refused[0].said:
        problems.append(f"not exactly one was turned away: {[done.said for done in ends]}")
    found = scratch.look()
    problems += found["problems"]
    if (found["listings"], len(found["runs"])) != (ROWS, 1):
        problems.append(f"{found['listings']} listings after {len(found['runs'])} runs")
    return "the same source twice", refused[0].said if refused else "", problems


def two_sources(scratch: Scratch, alone: Scratch) -> Outcome:
    """Import two sources with many places in common at once, and one after the other."""
    paths = [
        str(_made_up.samhsa(
            scratch.folder / f"{directory}.csv", _made_up.facilities(ROWS, directory, start)
        ))
        for directory, start in (("substance", 0), ("mental", ROWS // 2))
    ]  # fmt: skip
    for path in paths:
        alone.must("import_listings", "samhsa", path)
    children = [scratch.start("import_listings", "samhsa", path) for path in paths]
    ends = [child.wait() for child in children]
    problems = _shown(ends) + [done.said for done in ends if done.code]
    found, expected = scratch.look(), alone.look()
    problems += found["problems"] + expected["problems"]
    for name in ("listings", "joined"):
        if found[name] != expected[name]:
            problems.append(f"{name}: {found[name]} at once, {expected[name]} one by one")
    return "two sources", f"{found['listings']} listings, {found['joined']} of both", problems


def with_a_curator(scratch: Scratch) -> Outcome:
    """Import a second edition while a curator edits the same listings without pause."""
    first = _made_up.facilities(ROWS)
    second = [dict(row) for row in first]
    for number, row in enumerate(second):
        row["phone"] = _made_up.phone(60_000 + number)
        row["service_code_info"] += " NOE"
    path = str(_made_up.samhsa(scratch.folder / "first.csv", first))
    scratch.must("import_listings", "samhsa", path, "--as-of", "2026-01-01")
    path = str(_made_up.samhsa(scratch.folder / "second.csv", second))
    curator = scratch.start(program=("-m", "tests.proofs._curator"))
    done = scratch.start(
        "import_listings", "samhsa", path, "--as-of=2026-02-01", "--accept-large-change",
        program=("-m", "tests.proofs._counting_manage"),
    ).wait()  # fmt: skip
    (scratch.folder / "stop").touch()
    edits = curator.wait()
    problems = _shown([done, edits]) + [end.said for end in (done, edits) if end.code]
    stale = done.err.rpartition("stale batches: ")[2].strip()
    if stale in {"", "0"}:
        problems.append("no batch had to be worked out again: this shows nothing")
    problems += scratch.look()["problems"]
    problems += _lost(scratch)
    return "a curator and an import", f"{edits.out.strip()}; stale batches {stale}", problems


def _lost(scratch: Scratch) -> list[str]:
    done = scratch.start("--check", program=("-m", "tests.proofs._curator")).wait()
    return done.out.splitlines() + ([done.err[-300:]] if done.code else [])


def _shown(ends: list[Done]) -> list[str]:
    return [
        f"shown to a person: {done.err[-300:]}"
        for done in ends
        if done.has_traceback or "locked" in done.out + done.err or "deadlock" in done.err
    ]


def all_three(name: str, fresh: Callable[[], Scratch]) -> list[tuple[str, ...]]:
    """Run each on databases of its own; gives the lines of the table, and prints the problems."""
    outcomes = [
        same_source(fresh()),
        two_sources(fresh(), fresh()),
        with_a_curator(fresh()),
    ]
    for what, _, problems in outcomes:
        for problem in problems[:20]:
            print(f"{name}, {what}: {problem}")
    return [(name, what, str(len(problems)), said) for what, said, problems in outcomes]


def main() -> int:
    """Run the proof; return 0 when it holds."""
    numbers = itertools.count()
    with on_sqlite() as base:
        rows = all_three("SQLite", lambda: copy_of(base, f"{next(numbers)}.sqlite3"))
    if postgres_url("any"):
        with ExitStack() as stack:
            rows += all_three("PostgreSQL", lambda: stack.enter_context(on_postgres()))
    else:
        print("PostgreSQL is not reached: skipped")
    table([("database", "at once", "problems", "outcome"), *rows])
    return 1 if any(problems != "0" for _, _, problems, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
