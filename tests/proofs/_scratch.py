"""A database of a proof's own, in a temporary folder or on PostgreSQL, and dropped after it."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
REAL_FILE = ROOT.parent / "shared" / "data" / "samhsa" / "national_directory_su.csv"
SAVED = (
    "rows", "new", "matched", "changed", "same", "missing", "reconfirmed", "quarantined_rows",
    "conflicts",
)  # fmt: skip
"""The counts of a run's report in which two imports of the same must agree."""
_numbers = itertools.count(1)
_OURS = ("DATABASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE", "TMPDIR", "IMPORT_HOSTS")


@dataclass(frozen=True)
class Done:
    """How a command ended: exit code, what it printed, seconds, and megabytes at its peak."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float

    @property
    def said(self) -> str:
        """The last line it printed, in which errors stand."""
        return (self.err.strip() or self.out.strip()).splitlines()[-1]

    @property
    def has_traceback(self) -> bool:
        """Whether a person was shown the inside of the program."""
        return "Traceback" in self.out + self.err or "Exception ignored" in self.err


@dataclass
class Scratch:
    """One scratch database, with the folder of its files."""

    folder: Path
    url: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What its commands run with: nobody's own settings."""
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        return kept | {
            "DATABASE_URL": self.url,
            "DIRECTORY_ENV_FILE": os.devnull,
            "SECRET_KEY": "a proof needs no secret, only its length",
            "DIRECTORY_DEMO": "0",
            "PROOF_FOLDER": str(self.folder),
        } | self.extra  # fmt: skip

    def start(self, *arguments: str, program: Sequence[str] = ("manage.py",)) -> "Child":
        """Start a command on it."""
        return Child([sys.executable, *program, *arguments], self.environment)

    def manage(self, *arguments: str) -> Done:
        """Run a command on it to its end."""
        return self.start(*arguments).wait()

    def must(self, *arguments: str) -> Done:
        """Run a command that has to succeed."""
        done = self.manage(*arguments)
        if done.code:
            raise RuntimeError(f"{' '.join(arguments)}: {done.out}{done.err}")
        return done

    def look(self) -> dict[str, Any]:
        """What stands in it, and what is wrong with that (tests.proofs._look)."""
        done = self.start(program=("-m", "tests.proofs._look")).wait()
        if done.code:
            raise RuntimeError(done.err)
        found: dict[str, Any] = json.loads(done.out)
        return found


class Child:
    """A command that runs; its process is this proof's own and may be killed."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.done: Done | None = None
        self.files = [tempfile.TemporaryFile("w+") for _ in range(2)]  # noqa: SIM115
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.files[0],
            stderr=self.files[1],
        )

    def killed_after(self, seconds: float) -> bool:
        """Kill it (-9) then, unless it has ended; whether it was killed."""
        ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while time.monotonic() < self.started + seconds:
            if os.waitid(os.P_PID, self.process.pid, ended):
                break
            time.sleep(0.01)
        os.kill(self.process.pid, signal.SIGKILL)  # ours until waited for, so its number is too
        return self.wait().code == -signal.SIGKILL

    def wait(self) -> Done:
        """Wait for its end."""
        if self.done is None:
            _, status, used = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.done = self._done(self.process.returncode, used.ru_maxrss / 1024)
        return self.done

    def _done(self, code: int, megabytes: float) -> Done:
        seconds = time.monotonic() - self.started
        texts = []
        for file in self.files:
            file.seek(0)
            texts.append(file.read())
            file.close()
        return Done(code, texts[0], texts[1], seconds, megabytes)


def prepare(scratch: Scratch, *, gazetteer: bool = True) -> Scratch:
    """Make the tables and load what every import needs."""
    scratch.must("migrate", "--verbosity=0")
    scratch.must("load_taxonomy")
    if gazetteer:
        scratch.must("load_gazetteer")
    return scratch


@contextmanager
def on_sqlite(*, gazetteer: bool = True) -> Iterator[Scratch]:
    """A prepared SQLite database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="proof-") as name:
        folder = Path(name)
        yield prepare(Scratch(folder, f"sqlite:///{folder / 'base.sqlite3'}"), gazetteer=gazetteer)


def copy_of(base: Scratch, name: str) -> Scratch:
    """A copy of a prepared SQLite database that nothing has open."""
    for suffix in ("", "-wal", "-shm"):
        source, target = base.folder / f"base.sqlite3{suffix}", base.folder / f"{name}{suffix}"
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, target)
    return Scratch(base.folder, f"sqlite:///{base.folder / name}")


def postgres_url(name: str) -> str:
    """The address of a database of that name on a server where we may make one, or nothing."""
    found = subprocess.run(
        [sys.executable, "script/find_postgres.py", name],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout.strip()


@contextmanager
def on_postgres() -> Iterator[Scratch]:
    """A prepared database on PostgreSQL, without gazetteer, dropped at the end."""
    url = postgres_url(f"proof_{os.getpid()}_{next(_numbers)}")
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            with tempfile.TemporaryDirectory(prefix="proof-") as folder:
                yield prepare(Scratch(Path(folder), url), gazetteer=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
