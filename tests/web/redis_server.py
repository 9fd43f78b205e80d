"""The Redis of this machine, and others that stand in its place and are none."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

REDIS = "redis://127.0.0.1:6379/0"


def answering_redis() -> "redis.Redis":
    """A client of this machine's Redis. Without one the test is skipped, but not under CI."""
    client = redis.Redis.from_url(REDIS, socket_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("No Redis answers at 127.0.0.1:6379.")
    return client


@contextlib.contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something that listens where Redis is expected; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    over = threading.Event()

    def meet(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            answer(connection)

    def serve() -> None:
        with ThreadPoolExecutor() as callers:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    callers.submit(meet, listener.accept()[0])

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    finally:
        over.set()
        thread.join()
        listener.close()


def says(words: bytes, after: float = 0.0) -> Callable[[socket.socket], None]:
    """A server that reads a call and says something, at once or later."""

    def answer(connection: socket.socket) -> None:
        connection.settimeout(1)
        while connection.recv(65_536):
            time.sleep(after)
            connection.sendall(words)

    return answer


def never(connection: socket.socket) -> None:
    """Listens until the caller has enough, and says nothing."""
    connection.settimeout(3)
    while connection.recv(65_536):
        pass


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
