"""A server as script/server starts it: main process and workers, on a port and with a folder."""

import http.client
import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.proofs._scratch import ROOT, Scratch

HOST = "127.0.0.1"
PATIENCE = 120.0  # seconds


class Answer(NamedTuple):
    """Status, text, the cookies set, and seconds from the request to the last byte."""

    status: int
    text: str
    cookies: list[str]
    seconds: float


class Node:
    """One machine's server on a scratch database; a context manager that always ends it.

    ``extra`` is added to its environment. Two nodes of one database need folders of their own.
    """

    before: Sequence[str] = ()
    """A command that runs the server's command."""

    def __init__(self, scratch: Scratch, name: str, **extra: str) -> None:
        self.folder = scratch.folder / name
        self.folder.mkdir(exist_ok=True)
        self.index = self.folder / "index"
        self.log = self.folder / "server.log"
        self.environment = scratch.environment | {
            "DJANGO_SETTINGS_MODULE": "tests.proofs._node_settings",
            "PROOF_FOLDER": str(self.folder),
            **extra,
        }

    def start(self) -> Self:
        """Start it, and wait until both workers have read their index."""
        with socket.create_server((HOST, 0)) as free:
            self.port: int = free.getsockname()[1]
        self.log.write_text("")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.before, *_command(self.port)], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self.wait()
        except BaseException:
            self.kill()
            raise
        return self

    def wait(self, workers: int = 2) -> None:
        """Wait until it answers, again and again, so that each of the workers does."""
        until, well = time.monotonic() + PATIENCE, 0
        while well < 8 or len(self.workers()) < workers:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The server does not answer:\n{self.log.read_text()[-2000:]}")
            with suppress(OSError, http.client.HTTPException):
                well = well + 1 if self.get("/readyz").status == http.HTTPStatus.OK else 0
                continue
            time.sleep(0.05)

    def get(self, path: str) -> Answer:
        """Ask on a connection of its own, so that either worker may answer."""
        return self.ask("GET", path, None, {})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Send a request; OSError or HTTPException where nobody answers."""
        started = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        cookies = response.headers.get_all("Set-Cookie", [])
        return Answer(response.status, text, cookies, time.monotonic() - started)

    def ready(self) -> dict[str, Any]:
        """What /readyz says."""
        said: dict[str, Any] = json.loads(self.get("/readyz").text)
        return said

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        main = self.process.pid
        try:
            children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        except OSError:
            return []
        return [int(pid) for pid in children if _command_line(pid)]

    def kill_worker(self) -> None:
        """Kill (-9) one of the workers."""
        with suppress(ProcessLookupError):
            os.kill(random.choice(self.workers()), signal.SIGKILL)

    def kill(self) -> None:
        """Kill (-9) the main process; its workers end with it."""
        workers = self.workers()
        self.process.kill()
        self.process.wait()
        until = time.monotonic() + PATIENCE
        while any(_command_line(str(pid)) for pid in workers):
            if time.monotonic() > until:
                raise RuntimeError("Workers outlived their server.")
            time.sleep(0.01)

    def index_files(self) -> list[str]:
        """What lies in the folder of the index, but for the lock."""
        if not self.index.is_dir():
            return []
        return sorted(path.name for path in self.index.iterdir() if path.name != "lock")

    def complaints(self) -> list[str]:
        """Lines of the log that tell of a failure."""
        lines = self.log.read_text().splitlines()
        # Granian's own lines tell of the workers that a proof has killed.
        bad = re.compile(" ERROR |Traceback|WARNING listings.search")
        return [line for line in lines if bad.search(line)]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        if self.process.poll() is None:
            self.kill()


class Curator:
    """The program _curate, told what to do line by line; a context manager that ends it."""

    def __init__(self, scratch: Scratch) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs._curate"], cwd=ROOT, env=scratch.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def does(self, deed: str, *arguments: Any) -> tuple[int, float]:
        """Do it; gives the version since, and the moment (monotonic) when it was committed."""
        self.ask(deed, *arguments)
        return self.answer()

    def ask(self, deed: str, *arguments: Any) -> None:
        """Have it done meanwhile."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([deed, *arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> tuple[int, float]:
        """Wait for the end of what was asked."""
        assert self.process.stdout is not None
        version, committed = json.loads(self.process.stdout.readline())
        return version, committed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def _command(port: int) -> list[str]:
    """The last line of script/server, for this port."""
    text = (ROOT / "script" / "server").read_text(encoding="utf-8")
    line = text.rpartition("exec .venv/bin/python ")[2].replace("\\\n", " ")
    given = {"$HOST": HOST, "$PORT": str(port)}
    return [sys.executable, *(given.get(word, word) for word in shlex.split(line))]


def _command_line(pid: str) -> bytes:
    """Empty for a process that is not there any more, or that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
