"""Redis is asked where it answers at once; where it does not, nobody waits and nothing breaks."""

import logging
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from listings.web import shared_pages
from listings.web.shared_pages import LARGEST_BYTES, Breaker, SharedPages
from tests.web.redis_server import REDIS, answering_redis, free_port, never, says, server

NAME = b"name".hex().encode()
IN_TIME = 1.0
"""Seconds: two waits of 50 ms, and a machine that is busy with other tests."""


@pytest.fixture
def told() -> Iterator[list[str]]:
    """The lines that the module writes into the log."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    shared_pages.log.addHandler(handler)
    yield lines
    shared_pages.log.removeHandler(handler)


def test_it_works(own_keys: Callable[[], dict[bytes, bytes]]) -> None:
    shared = SharedPages(REDIS)
    assert shared.get(b"name") is None
    shared.put(b"name", b"\0\xff page", 10)
    assert shared.get(b"name") == b"\0\xff page"
    assert SharedPages(REDIS).get(b"name") == b"\0\xff page"
    assert own_keys() == {shared_pages.PREFIX + NAME: b"\0\xff page"}


def test_pages_go_by_themselves(own_keys: Callable[[], dict[bytes, bytes]]) -> None:
    shared = SharedPages(REDIS)
    for name, seconds in ((b"over", -1), (b"short", 0.05), (b"long", 299.9)):
        shared.put(name, b"page", seconds)
    time.sleep(0.1)
    assert set(own_keys()) == {shared_pages.PREFIX + b"long".hex().encode()}
    client = answering_redis()
    assert 250_000 < client.pttl(shared_pages.PREFIX + b"long".hex().encode()) <= 300_000
    client.close()


@pytest.mark.usefixtures("own_keys")
def test_what_is_too_large_is_neither_put_nor_fetched_whole(told: list[str]) -> None:
    shared = SharedPages(REDIS)
    shared.put(b"large", b"x" * (LARGEST_BYTES + 1), 10)
    assert shared.get(b"large") is None
    with answering_redis() as client:
        client.set(
            shared_pages.PREFIX + b"planted".hex().encode(), b"x" * (LARGEST_BYTES + 1_000), ex=10
        )
    found = shared.get(b"planted")
    assert found is None or len(found) == LARGEST_BYTES
    assert bool(told) == (found is None)


@pytest.mark.usefixtures("own_keys")
def test_another_thing_under_the_name_is_no_page(told: list[str]) -> None:
    with answering_redis() as client:
        client.rpush(shared_pages.PREFIX + NAME, "item")
    assert SharedPages(REDIS).get(b"name") is None
    assert told == ["Redis is left out for 30 s: ResponseError."]


@pytest.mark.parametrize(
    "query", ["", "?socket_timeout=30&socket_connect_timeout=30&retry_on_timeout=1"]
)
def test_a_silent_server_costs_one_short_wait(query: str, told: list[str]) -> None:
    calls = []

    def silent(connection: socket.socket) -> None:
        calls.append(connection)
        never(connection)

    with server(silent) as address:
        shared = SharedPages(address + query)
        started = time.monotonic()
        assert shared.get(b"name") is None
        assert time.monotonic() - started < IN_TIME
        started = time.monotonic()
        for _ in range(1_000):
            shared.put(b"name", b"page", 10)
            assert shared.get(b"name") is None
        assert time.monotonic() - started < IN_TIME
    assert len(calls) == 1
    assert told == ["Redis is left out for 30 s: TimeoutError."]


@pytest.mark.parametrize(
    "answer",
    [
        says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        says(b"$-7\r\n"),
        says(b"$9999999999\r\nshort"),
        says(b"*3\r\n:x\r\n"),
        says(b":\xff\r\n"),
        says(b"-LOADING Redis is loading the dataset in memory\r\n"),
        says(b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
        says(b"\r\n\r\n\r\n"),
        says(b"\0" * 100_000),
        says(b"$4\r\npage\r\n", after=0.2),
        lambda connection: None,
    ],
)
def test_a_server_that_is_no_redis_or_a_sick_one(
    answer: Callable[[socket.socket], None], told: list[str]
) -> None:
    with server(answer) as address:
        shared = SharedPages(address)
        started = time.monotonic()
        shared.get(b"name")
        shared.put(b"name", b"page", 10)
        assert shared.get(b"name") is None
        assert time.monotonic() - started < IN_TIME
    assert len(told) == 1


def test_a_server_that_says_too_little_at_a_time_is_left_out(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        for byte in b"$4\r\npage\r\n":
            time.sleep(0.02)
            connection.sendall(bytes([byte]))

    with server(drip) as address:
        shared = SharedPages(address)
        assert shared.get(b"name") == b"page"
        assert shared.get(b"name") is None
    assert told == ["Redis is left out for 30 s: slow."]


def test_nobody_listens(told: list[str]) -> None:
    shared = SharedPages(f"redis://:secret-word@127.0.0.1:{free_port()}/0")
    shared.put(b"name", b"page", 10)
    assert shared.get(b"name") is None
    assert told == ["Redis is left out for 30 s: ConnectionError."]


class Clock:
    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(shared_pages, "time", clock)
    return clock


def test_after_a_pause_one_tries_for_all(clock: Clock) -> None:
    breaker = Breaker()
    assert breaker.allows()
    breaker.failed("why")
    clock.now += 29.9
    assert not breaker.allows()
    clock.now += 0.2
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed("why")
    clock.now += 30.1
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.passed()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_the_log_gets_a_line_a_minute_at_most(clock: Clock, told: list[str]) -> None:
    breaker = Breaker()
    for _ in range(600):
        breaker.failed("why")
        clock.now += 1
    assert len(told) == 10


def test_it_is_used_again_when_it_is_back(
    clock: Clock, own_keys: Callable[[], dict[bytes, bytes]], told: list[str]
) -> None:
    shared = SharedPages(REDIS)
    shared._breaker.failed("why")
    shared.put(b"name", b"page", 10)
    assert own_keys() == {}
    clock.now += 31
    shared.put(b"name", b"page", 10)
    assert shared.get(b"name") == b"page"
