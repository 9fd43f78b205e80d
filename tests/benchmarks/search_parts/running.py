"""The whole benchmark on one scratch database, step by step."""

import datetime as dt
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from django.db import connection

from listings.search.criteria import SearchCriteria
from listings.search.index import Index
from listings.search.loading import load_index
from listings.search.serving import current_index
from tests.benchmarks.search_parts import brute_force, one_process, pages
from tests.benchmarks.search_parts.array_scan import ArrayScan
from tests.benchmarks.search_parts.cases import (
    DENSE,
    METRO,
    NATIONWIDE,
    TEXT,
    benchmark_cases,
)
from tests.benchmarks.search_parts.contenders import Contender, Ours
from tests.benchmarks.search_parts.facets import terms
from tests.benchmarks.search_parts.fill import add_places, change, fill
from tests.benchmarks.search_parts.machine import machine
from tests.benchmarks.search_parts.made_up import (
    Catalogue,
    distances,
    make_catalogue,
    thinned,
)
from tests.benchmarks.search_parts.measuring import (
    Timing,
    measure,
    percentile_of_all,
    quiet_memory,
)
from tests.benchmarks.search_parts.peers.postgis import PostGISBits, postgis
from tests.benchmarks.search_parts.peers.sqlite import sqlite
from tests.proofs._scratch import ROOT, Scratch

Figures = dict[str, Any]
GROWTH = 10
DENSE_MILES = 25.0
KEPT_MILES = 40.0
"""Around the dense metro the small catalogue has every row of the large one."""
MINUTES = 10
CHUNK_BYTES = 1 << 24
CHANGES = {"refresh_one_ms": (1, 20), "refresh_thousand_ms": (1000, 5)}
"""How many listings change at once, and how often that is done."""


def run(scratch: Scratch, listings: int, with_postgis: bool) -> Figures:
    """Measure everything; prints which step it has done, and how long that took."""
    now = dt.datetime.now(dt.UTC)
    figures: Figures = {
        "listings": listings,
        "database": connection.vendor,
        "at": f"{now:%Y-%m-%d}",
        "machine": machine(),
    }
    with _step("correctness"):
        figures |= correctness(now)
    with _step("the catalogues"):
        whole = make_catalogue(listings, now.date())
        figures["listings_in_dense_metro"] = int((distances(whole, METRO) <= DENSE_MILES).sum())
        fill(thinned(whole, listings // GROWTH, METRO, KEPT_MILES), now)
        small = load_index()
        fill(whole, now)
        add_places(pages.page_towns())
        settle(scratch)
    with _step("processes"):
        figures |= one_process.starts(scratch.environment, ROOT)
    ours = Ours(load_index(), terms())
    figures |= _compared(whole, ours, scratch, with_postgis)
    with _step("growth and the minute"), quiet_memory():
        figures |= growth(ours, small)
        figures["new_minute_ms"] = new_minute(ours.index)
    with _step("pages"):
        settle(scratch)
        figures["page_queries"] = pages.queries()
        figures |= pages.measured(scratch.environment, scratch.folder)
    with _step("refreshing"):
        figures |= refreshing(whole)
    return figures


def settle(scratch: Scratch) -> None:
    """What was written is on the disk, and a file of SQLite in memory, as on a server that runs."""
    os.sync()
    for file in scratch.folder.glob("*.sqlite3"):
        with file.open("rb") as database:
            while database.read(CHUNK_BYTES):
                pass


@contextmanager
def _step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def correctness(now: dt.datetime) -> Figures:
    """Random searches against brute force, on a catalogue small enough for it."""
    rows = brute_force.far_corners(brute_force.LISTINGS, now.date())
    fill(rows, now)
    searches = brute_force.SEARCHES
    return {
        "oracle_listings": len(rows),
        "oracle_searches": searches,
        "oracle_differences": brute_force.differences(load_index(), rows, now, searches),
    }


def _compared(whole: Catalogue, ours: Ours, scratch: Scratch, with_postgis: bool) -> Figures:
    """Every case, with all contenders in turns."""
    today = dt.datetime.now(dt.UTC).date()
    with ExitStack() as stack:
        contenders: list[Contender] = [ours, ArrayScan(whole, today)]
        with _step("loading SQLite alone"):
            contenders.append(stack.enter_context(sqlite(whole, today, scratch.folder)))
        if with_postgis:
            with _step("loading PostGIS"):
                try:
                    contenders += stack.enter_context(postgis(whole, today))
                except psycopg.Error as error:
                    print(f"PostGIS was not measured: {str(error).strip()}.")
        with _step("searches"), quiet_memory():
            return compared(contenders)


def compared(contenders: Sequence[Contender]) -> Figures:
    """The figures of all cases; the first contender is ours, the second the array scan."""
    ours, scan = contenders[0].name, contenders[1].name
    cases, times, disagreeing = [], {}, []
    for case in benchmark_cases():
        taking_part = [one for one in contenders if one.knows_words or not case.has_text]
        times[case.name], said = measure(case, taking_part)
        disagreeing += said
        timings = {name: Timing.of(each)._asdict() for name, each in times[case.name].items()}
        cases.append({"name": case.name, "label": case.label, "times": timings})
    for sentence in disagreeing:
        print(sentence)
    dense = {name: statistics.median(each) for name, each in times[DENSE].items()}
    bits = dense.get(PostGISBits.name)
    mixed = [each[ours] for name, each in times.items() if name != TEXT]
    return {
        "cases": cases,
        "disagreements": len(disagreeing),
        "postgis_ratio": bits and round(bits / dense[ours], 1),
        "scan_ratio": round(dense[ours] / dense[scan], 3),
        "p95_ms": percentile_of_all(mixed, 95),
        "nationwide_ms": Timing.of(times[NATIONWIDE][ours]).p50,
        "text_p95_ms": Timing.of(times[TEXT][ours]).p95,
    }


def growth(ours: Ours, small: Index) -> Figures:
    """Ten times the listings elsewhere: how much longer the same search takes in the metro."""
    dense = next(case for case in benchmark_cases() if case.name == DENSE)
    tenth = Ours(small, terms(), "a tenth")
    times = measure(dense, [ours, tenth]).times
    longer, shorter = (statistics.median(times[one.name]) for one in (ours, tenth))
    return {"growth_ratio": round(longer / shorter, 3)}


def new_minute(index: Index) -> float:
    """Milliseconds of the first search of a minute, which works out what changes with the clock."""
    criteria = SearchCriteria(scope=benchmark_cases()[0].criteria[0].scope)
    at = dt.datetime.now(dt.UTC)
    times = []
    for minute in range(1, MINUTES + 1):
        started = time.perf_counter()
        index.answer(criteria, terms(), at + dt.timedelta(minutes=minute))
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 3)


def refreshing(whole: Catalogue) -> Figures:
    """Milliseconds until the index of a process holds changes made by another."""
    current_index()
    figures: Figures = {}
    for name, (count, often) in CHANGES.items():
        count = min(count, len(whole) // 2)
        times = []
        for number in range(often):
            first = number * count % (len(whole) - count)
            change([int(key) for key in whole.key[first : first + count]])
            started = time.perf_counter()
            current_index()
            times.append((time.perf_counter() - started) * 1000)
        figures[name] = round(statistics.median(times), 3)
    return figures
