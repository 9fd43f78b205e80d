"""A copy of the repository and a server started in it by script/server, for tests and proofs."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".git", ".venv", ".env", "var", "node_modules", "__pycache__", ".*_cache")


def copy_tree(target: Path) -> Path:
    """Copy what a clone would hold to target, with this checkout's .venv linked in."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (target / ".venv").symlink_to(ROOT / ".venv")
    return target


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def plain_environment(**more: str) -> dict[str, str]:
    """Return the environment without the settings of the running tests, plus more."""
    ours = {"ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "DIRECTORY_DEMO", "DIRECTORY_ENV_FILE"}
    ours |= {"DJANGO_SETTINGS_MODULE", "HOST", "PORT", "SECRET_KEY"}
    return {name: value for name, value in os.environ.items() if name not in ours} | more


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in folder to its end, two minutes at most."""
    return subprocess.run(
        command,
        cwd=folder,
        env=plain_environment(**more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Server:
    """script/server running in folder; a context manager that always ends it.

    ``seconds`` is the time from the command to the first answer of ``/``.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], patience: float = 120) -> None:
        self.port = free_port()
        self.log = folder / f"server-{self.port}.log"
        started = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [folder / "script" / "server"],
                env={**environment, "PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self._wait(started + patience)
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self.seconds = time.monotonic() - started

    def _wait(self, deadline: float) -> None:
        while not self.answers():
            if self.process.poll() is not None:
                raise AssertionError(f"script/server ended:\n{self.log.read_text()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"script/server did not answer:\n{self.log.read_text()}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether anything answers on the port, whatever it says."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page; a redirect is not followed."""
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal to the server's main process and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def workers(self) -> list[int]:
        """Return the process ids of the workers (Linux only)."""
        main = self.process.pid
        children = Path(f"/proc/{main}/task/{main}/children")
        return [int(pid) for pid in children.read_text().split()]

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
