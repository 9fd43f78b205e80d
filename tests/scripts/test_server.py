import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.scripts.server import Server, copy_tree, plain_environment, run

pytestmark = pytest.mark.xdist_group("server")


def test_server_starts_survives_being_killed_and_ends(tmp_path: Path) -> None:
    folder = copy_tree(tmp_path / "tree")
    environment = plain_environment()

    with Server(folder, environment) as first:
        status, home = first.get("/")
        assert status == 200
        assert '<html lang="en"' in home
        assert "Log in as  curator" in first.log.read_text()
        wait_for_workers(first)
        first.stop(signal.SIGKILL)
        assert is_silent(first), "workers outlived their server"

    with Server(folder, environment) as second:
        assert second.seconds < 20, "generous for a busy machine; script/prove fresh_clone times it"
        assert second.get("/")[0] == 200
        with_slow_bodies_pages_still_answer(second)
        killed = wait_for_workers(second)[0]
        os.kill(killed, signal.SIGKILL)
        assert killed not in wait_for_workers(second, started=3)
        assert second.get("/")[0] == 200
        second.stop()
        assert is_silent(second)

    checked = run(folder, ".venv/bin/python", "manage.py", "migrate", "--check")
    assert checked.returncode == 0, "manage.py works on another database than script/server"


def with_slow_bodies_pages_still_answer(server: Server) -> None:
    """More of them than the threads of both workers."""
    head = b"POST /search/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\na")
        for path in ("/healthz", "/find/") * 2:
            assert server.get(path)[0] == 200


def is_silent(server: Server) -> bool:
    deadline = time.monotonic() + 10
    while server.answers() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not server.answers()


def wait_for_workers(server: Server, started: int = 2) -> list[int]:
    """Wait until so many workers have loaded the application; return those alive."""
    deadline = time.monotonic() + 20
    while server.log.read_text().count("Started worker") < started:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)
    return server.workers()
