"""Fifty imports killed (-9) at random moments leave whole listings, and the next one goes on.

Two editions are imported again and again. After every kill the whole database is looked at; in
the end it has to equal one whose imports nobody disturbed. Fewer kills on PostgreSQL, if reached.
"""

import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proofs import _made_up
from tests.proofs._scratch import (
    SAVED,
    Scratch,
    copy_of,
    on_postgres,
    on_sqlite,
    postgres_url,
    table,
)

KILLS = 50
KILLS_ON_POSTGRES = 12
ROWS = 2_000


@dataclass
class Editions:
    """Two editions of one directory, and what an undisturbed import of each comes to."""

    paths: tuple[Path, Path]
    expected: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def arguments(self, number: int) -> tuple[str, ...]:
        """The command line that imports one of them."""
        date = f"2026-0{number + 1}-01"
        return ("import_listings", "samhsa", str(self.paths[number]), "--as-of", date)


def editions(folder: Path, rows: int) -> Editions:
    """Write two editions."""
    first = _made_up.facilities(rows)
    return Editions((
        _made_up.samhsa(folder / "first.csv", first),
        _made_up.samhsa(folder / "second.csv", _made_up.next_edition(first)),
    ))  # fmt: skip


def undisturbed(scratch: Scratch, both: Editions) -> None:
    """Import both editions without harm and remember the outcome."""
    for number in range(2):
        both.seconds.append(scratch.must(*both.arguments(number)).seconds)
        both.expected.append(scratch.look())
        if both.expected[-1]["problems"]:
            raise RuntimeError(both.expected[-1]["problems"])


@dataclass
class Tally:
    """What happened over all rounds."""

    kills: int = 0
    moments: dict[str, int] = field(default_factory=dict)
    completed: int = 0
    problems: list[str] = field(default_factory=list)

    def killed(self, found: dict[str, Any], number: int) -> bool:
        """Count a kill by what the import was doing; whether it had ended its work before."""
        self.kills += 1
        self.problems += found["problems"]
        runs = found["runs"]
        if len(runs) <= number:
            moment = "starting"
        elif runs[number]["status"] == "complete":
            moment = "ending"
        else:
            moment = "writing" if runs[number]["cursor"] else "reading"
        self.moments[moment] = self.moments.get(moment, 0) + 1
        return moment == "ending"


def one_round(
    scratch: Scratch, both: Editions, wanted: int, chance: random.Random, tally: Tally
) -> None:
    """Import both editions, killing each import again and again until there were enough kills."""
    for number in range(2):
        ended = False
        while not ended:
            child = scratch.start(*both.arguments(number))
            # What is left to do grows less with every kill, so this reaches the end as well.
            moment = chance.uniform(0.3, both.seconds[number] / 2)
            if tally.kills < wanted and child.killed_after(moment):
                found = scratch.look()
                ended = tally.killed(found, number)
            else:
                done = child.wait()
                if done.code or done.has_traceback:
                    tally.problems.append(done.err[-500:])
                found, ended = scratch.look(), True
        _compare(found, both.expected[number], tally)
        tally.completed += 1


def _compare(found: dict[str, Any], expected: dict[str, Any], tally: Tally) -> None:
    tally.problems += found["problems"]
    for name in ("listings", "facts", "content"):
        if found[name] != expected[name]:
            tally.problems.append(f"{name}: {found[name]}, undisturbed {expected[name]}")
    if not found["runs"]:
        tally.problems.append("there is no run")
        return
    ours, theirs = found["runs"][-1]["report"], expected["runs"][-1]["report"]
    for name in SAVED:
        if ours[name] != theirs[name]:
            tally.problems.append(f"report, {name}: {ours[name]}, undisturbed {theirs[name]}")


def main() -> int:
    """Run the proof; return 0 when it holds."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else int(time.time())
    chance = random.Random(seed)
    print(f"Two editions of {ROWS:,} and about as many rows; seed {seed}")
    results: list[tuple[str, ...]] = [
        ("database", "kills", "finished", "problems", "undisturbed", "killed while")
    ]
    holds = True
    with on_sqlite() as base:
        both = editions(base.folder, ROWS)
        undisturbed(copy_of(base, "undisturbed"), both)
        tally = Tally()
        while tally.kills < KILLS:
            one_round(copy_of(base, "killed"), both, KILLS, chance, tally)
        results.append(_line("SQLite", tally, both))
        holds = holds and not _show(tally)
    if postgres_url("any"):
        tally = Tally()
        with on_postgres() as scratch, on_sqlite(gazetteer=False) as plain:
            both = editions(scratch.folder, ROWS // 2)
            undisturbed(plain, both)
            one_round(scratch, both, KILLS_ON_POSTGRES, chance, tally)
        results.append(_line("PostgreSQL", tally, both))
        holds = holds and not _show(tally)
    else:
        print("PostgreSQL is not reached: skipped")
    table(results)
    return 0 if holds else 1


def _line(name: str, tally: Tally, both: Editions) -> tuple[str, ...]:
    moments = "; ".join(f"{count} × {moment}" for moment, count in sorted(tally.moments.items()))
    seconds = " + ".join(f"{seconds:.1f}" for seconds in both.seconds)
    return (
        name,
        str(tally.kills),
        str(tally.completed),
        str(len(tally.problems)),
        f"{seconds} s",
        moments,
    )


def _show(tally: Tally) -> bool:
    for problem in tally.problems[:20]:
        print(problem)
    return bool(tally.problems)


if __name__ == "__main__":
    sys.exit(main())
