"""The whole page of results over HTTP: drawn, kept, and beside them a view that does nothing.

The server is started with the very line of script/server, on another port.
"""

import http.client
import logging
import re
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from listings.geocoding.datafile import Entry
from tests.benchmarks.search_parts.debian import install
from tests.benchmarks.search_parts.made_up import towns
from tests.benchmarks.search_parts.measuring import Timing
from tests.proofs._scratch import ROOT

HOST = "127.0.0.1"
TOWNS = 300
ASKED = ("within=10", "type=detox&within=25", "type=outpatient&payment=medicaid&within=50")
KEPT = "/find/new-york-city-ny/?type=detox&within=25"
EMPTY = "/empty/"
HEADERS = {"Host": HOST, "Accept-Encoding": "gzip"}
START_SECONDS = 300
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16


def page_towns() -> list[Entry]:
    """The largest towns of the United States, for which pages are asked."""
    home = (place for place in towns() if place.country == "US")
    return sorted(home, key=lambda place: -(place.population or 0))[:TOWNS]


def drawn_addresses() -> list[str]:
    """Addresses of pages, none of them twice."""
    return [f"/find/{place.slug}/?{query}" for query in ASKED for place in page_towns()]


def queries() -> int:
    """The most queries that a page of results takes, drawn in this process."""
    logging.getLogger("listings.access").setLevel(logging.WARNING)
    client = Client(headers=HEADERS, SERVER_NAME=HOST)
    client.get("/find/")  # a server has read index, terms and help lines before
    most = 0
    for address in (KEPT, *drawn_addresses()[:: TOWNS // 3]):
        with CaptureQueriesContext(connection) as captured:
            if client.get(address).status_code != http.HTTPStatus.OK:
                raise RuntimeError(f"{address} cannot be drawn.")
        most = max(most, len(captured))
    return most


def measured(environment: dict[str, str], folder: Path) -> dict[str, float]:
    """Requests a second of the three, and milliseconds of a page that is drawn."""
    with _server(environment, folder / "server.log") as port:
        addresses = drawn_addresses()
        alone, crowd = addresses[: len(addresses) // 2], addresses[len(addresses) // 2 :]
        drawn = Timing.of(_one_by_one(port, alone))
        drawn_rate = _together(port, crowd)
        rounds = [(_rate(port, EMPTY), _rate(port, KEPT)) for _ in range(ROUNDS)]
    empty, kept = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        "page_p50_ms": drawn.p50,
        "page_p95_ms": drawn.p95,
        "page_per_second": drawn_rate,
        "cached_page_per_second": kept,
        "empty_view_per_second": empty,
        "cached_page_ratio": statistics.median(page / nothing for nothing, page in rounds),
    }


@contextmanager
def _server(environment: dict[str, str], log: Path) -> Iterator[int]:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            _command(port), env=environment, cwd=ROOT, stdout=lines, stderr=lines
        )
    try:
        if not _begins(process, port):
            last = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
            raise RuntimeError(f"The server did not begin to serve pages: {last}")
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _command(port: int) -> list[str]:
    """The last line of script/server, for this port."""
    text = (ROOT / "script" / "server").read_text(encoding="utf-8")
    line = text.rpartition("exec .venv/bin/python ")[2].replace("\\\n", " ")
    given = {"$HOST": HOST, "$PORT": str(port)}
    return [sys.executable, *(given.get(word, word) for word in shlex.split(line))]


def _begins(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it draws pages; False when it ends before, or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            # Several times, so that each worker has its index.
            if all(_get(port, KEPT) == http.HTTPStatus.OK for _ in range(2 * CONNECTIONS)):
                return True
        time.sleep(0.2)
    return False


def _get(port: int, address: str) -> int:
    line = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        line.request("GET", address, headers=HEADERS)
        return line.getresponse().status
    finally:
        line.close()


def _ask(line: http.client.HTTPConnection, address: str) -> None:
    line.request("GET", address, headers=HEADERS)
    response = line.getresponse()
    response.read()
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{address} was answered with {response.status}.")


def _one_by_one(port: int, addresses: Sequence[str]) -> list[float]:
    """Milliseconds of each page on one connection."""
    line = http.client.HTTPConnection(HOST, port)
    times = []
    for address in addresses:
        started = time.perf_counter()
        _ask(line, address)
        times.append((time.perf_counter() - started) * 1000)
    line.close()
    return times


def _together(port: int, addresses: Sequence[str], connections: int = CONNECTIONS) -> float:
    """Requests a second when these are asked once each, over several connections."""

    def work(number: int) -> None:
        line = http.client.HTTPConnection(HOST, port)
        for address in addresses[number::connections]:
            _ask(line, address)
        line.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(addresses) / (time.perf_counter() - started)


def _rate(port: int, address: str) -> float:
    """Requests a second of one address: by wrk, without it by threads of this process."""
    program = _wrk()
    if program is None:
        return _together(port, [address] * 2000)
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        [program, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *headers,
         f"http://{HOST}:{port}{address}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"Requests/sec: +([0-9.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout:
        raise RuntimeError(f"{address} was not answered as it should: {done.stdout}")
    return float(found[1])


@lru_cache
def _wrk() -> str | None:
    if not shutil.which("wrk"):
        install("wrk")
    return shutil.which("wrk")
