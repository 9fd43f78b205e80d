"""What is done to the nodes of a site; each scene gives its figures and what is wrong."""

import http.client
import os
import random
import re
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import psycopg

from tests.proofs._node import Curator, Node
from tests.proofs._scenes import Outcome, word
from tests.proofs._scratch import Scratch
from tests.proofs.disk_full import small_file_system

KILLS = 14
PATIENCE = 60.0  # seconds
SMALL_FILES = ("sh", "-c", 'ulimit -f 128 && exec "$@"', "sh")
"""Before a command: it writes no file of more than 64 KB."""
ASKED = ("type=detox", "type=outpatient", "sort=name", "page=7", "older=1", "day=today")


class Crowd:
    """Visitors who ask without pause; a context manager that ends them.

    ``longest`` is the longest answer in seconds, ``failed`` counts answers that are no page, and
    connections that ended without one.
    """

    def __init__(self, node: Node, visitors: int = 4) -> None:
        self.node = node
        self.seconds: list[float] = []
        self.failed: Counter[str] = Counter()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._visit, args=[n]) for n in range(visitors)]

    def _visit(self, number: int) -> None:
        chance = random.Random(number)
        while not self._over.is_set():
            # Half of them are pages that nobody has kept yet.
            words = f"&q={word()[:3]}" if chance.random() < 0.5 else ""
            try:
                answer = self.node.get(f"/find/?{chance.choice(ASKED)}{words}")
            except (OSError, http.client.HTTPException):
                self.failed["no answer"] += 1
                time.sleep(0.02)
                continue
            self.seconds.append(answer.seconds)
            if answer.status != HTTPStatus.OK:
                self.failed[f"{answer.status}"] += 1

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def up_to_date(node: Node, version: int) -> float:
    """Wait until every answer comes from that version; the seconds that took."""
    started, well = time.monotonic(), 0
    while well < 8:
        if time.monotonic() - started > PATIENCE:
            raise RuntimeError(f"{node.ready()} is not {version}")
        with suppress(OSError, http.client.HTTPException, ValueError):
            said = node.ready()
            well = well + 1 if said["index_version"] == version else 0
            continue
        time.sleep(0.05)
    return time.monotonic() - started


# -- restored ------------------------------------------------------------------------------------


@contextmanager
def backup(scratch: Scratch) -> Iterator[Callable[[], None]]:
    """A copy of the database as it is; yields what puts it in the place of the one there is then.

    Nobody else may use the database of PostgreSQL while it is copied; when it is restored, all
    are thrown out.
    """
    if scratch.url.startswith("sqlite"):
        path = Path(scratch.url.removeprefix("sqlite:///"))
        copy = path.with_suffix(".backup")
        _copy_sqlite(path, copy)
        yield lambda: _copy_sqlite(copy, path)
        return
    server, _, name = scratch.url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_backup TEMPLATE {name}")

        def restore() -> None:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {name}_backup")

        try:
            yield restore
        finally:
            connection.execute(f"DROP DATABASE {name}_backup")


def _copy_sqlite(source: Path, target: Path) -> None:
    old, new = sqlite3.connect(source), sqlite3.connect(target, timeout=20)
    old.backup(new)
    old.close()
    new.close()


def restored(scratch: Scratch, *, renewed: bool) -> Outcome:
    """An older backup comes back under warm servers: nothing of what was after it is shown."""
    before, after = f"Aa {word()}", f"Aa {word()}"
    with Curator(scratch) as curator:
        curator.does("add", before)
        version, _ = curator.does("status", before, "published")
    pages = ["/find/?sort=name", "/find.json?sort=name", f"/find/?q={before.split()[1]}"]
    problems, failed = [], 0
    with backup(scratch) as restore, Node(scratch, "restored") as node:
        with Curator(scratch) as curator:
            later, _ = curator.does("rename", before, after)
        for page in pages[:2] * 8:
            if after not in node.get(page).text:
                problems.append(f"{page} does not show the change before the restore")
        restore()
        if renewed:
            with Curator(scratch) as curator:
                curator.does("renew_epoch")
        for page in pages * 12:
            answer = node.get(page)
            if answer.status != HTTPStatus.OK:
                failed += 1  # its connection was thrown out; the next one of that thread is new
            elif before not in answer.text or after in answer.text:
                problems.append(f"{page} shows what was before the restore")
        up_to_date(node, version)
    figures = f"version {later} back to {version}; {failed} of {len(pages) * 12} requests failed"
    return Outcome(f"a restore, {'new' if renewed else 'old'} epoch", figures, problems)


# -- killed --------------------------------------------------------------------------------------


def kills(scratch: Scratch, listings: int, rounds: int = KILLS) -> Outcome:
    """Kill workers and main processes at any moment of loading, rebuilding and serving."""
    chance, problems, moments = random.Random(), [], Counter[str]()
    node, name = Node(scratch, "killed"), f"Aa {word()}"
    with ExitStack() as stack:
        curator = stack.enter_context(Curator(scratch))
        curator.does("add", name)
        curator.does("status", name, "published")
        stack.enter_context(node)
        for number in range(rounds):
            with Crowd(node):
                curator.ask("many", listings * 2 // 3, 1_000)
                whole = number % 2 == 1
                if number % 4 > 1:
                    half = _half_written(node)
                else:
                    half = None
                    time.sleep(chance.uniform(0, 2.5))
                moments[_kill(node, half, whole=whole)] += 1
            curator.answer()
            if whole:
                node.start()
            name, old = f"Aa {word()}", name
            version, _ = curator.does("rename", old, name)
            node.wait()
            up_to_date(node, version)
            problems += _wrong(node, name, old) + node.complaints()
    figures = "; ".join(f"{count} × {moment}" for moment, count in sorted(moments.items()))
    return Outcome("killed", figures, problems)


def _half_written(node: Node) -> int | None:
    """Wait until an index file is being written; the process that does so, if one ever does."""
    until = time.monotonic() + PATIENCE / 4
    while time.monotonic() < until:
        for name in node.index_files():
            if ".new-" in name:
                return int(name.rpartition("-")[2])
    return None


def _kill(node: Node, half: int | None, *, whole: bool) -> str:
    """Kill (-9), and tell what the folder of the index looked like right after."""
    if whole:
        node.kill()
    elif half is not None:
        with suppress(ProcessLookupError):
            os.kill(half, signal.SIGKILL)
    else:
        node.kill_worker()
    left = any(".new-" in name for name in node.index_files())
    return f"{'server' if whole else 'worker'}{' with a file half written' * left}"


def _wrong(node: Node, name: str, old: str) -> list[str]:
    problems = []
    for _ in range(8):
        text = node.get("/find/?sort=name").text
        if name not in text or old in text:
            problems.append(f"{name} is not there after a kill, or {old} still is")
    until = time.monotonic() + PATIENCE / 4  # the index may be built anew just then
    while len(node.index_files()) != 1 and time.monotonic() < until:
        time.sleep(0.1)
    if len(node.index_files()) != 1:
        problems.append(f"left over: {node.index_files()}")
    return problems


# -- memory and disk -----------------------------------------------------------------------------


def memory(scratch: Scratch, listings: int) -> Outcome:
    """The workers of a node hold one copy of the index; files that are replaced are let go."""
    problems = []
    with Curator(scratch) as curator, Node(scratch, "sharing") as node:
        shares = _shares(node)
        for _ in range(3):
            version, _ = curator.does("many", listings * 2 // 3, listings)
            up_to_date(node, version)
        (name,) = node.index_files()
        later = [share for share in _shares(node) if share[0] == name]
        problems += [f"maps {held}" for held in shares + later if not 1.6 < held[1] / held[2] < 2.4]
        if [len(shares), len(later)] != [2, 2]:
            problems.append(f"{len(shares)} workers mapped the first file, {len(later)} the last")
        old = Counter(held[0] for held in _shares(node) if held[0] != name)
        # One of the answers given last may hold the file before until the next rebuild.
        if len(old) > 1:
            problems.append(f"old files are still mapped: {old}")
        size = (node.index / name).stat().st_size
    figures = f"{size / 1e6:.0f} MB; " + ", ".join(
        f"Rss {rss / 1e3:.0f} MB, Pss {pss / 1e3:.0f} MB" for _, rss, pss in later
    )
    return Outcome("memory", figures, problems)


def _shares(node: Node) -> list[tuple[str, int, int]]:
    """Of each worker and index file: its name, and Rss and Pss in kilobytes."""
    shares = []
    for pid in node.workers():
        text = Path(f"/proc/{pid}/smaps").read_text()
        mappings = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", text, flags=re.MULTILINE)
        for mapping in (one for one in mappings if ".index" in one.partition("\n")[0]):
            name = mapping.partition("\n")[0].rpartition("/")[2]
            rss, pss = (
                int(re.search(rf"^{what}: +(\d+) kB", mapping, re.MULTILINE)[1])  # type: ignore[index]
                for what in ("Rss", "Pss")
            )
            shares.append((name, rss, pss))
    return shares


def full_disk(scratch: Scratch, how: str) -> Outcome:
    """No room for the file: each worker answers from its own memory, and the log says so."""
    node, name = Node(scratch, f"full {how}"), f"Aa {word()}"
    scene = f"a full disk, {how}"
    with ExitStack() as stack:
        if how == "size limit":
            node.before = SMALL_FILES
        elif not stack.enter_context(small_file_system(node.index)):
            return Outcome(scene, "a small file system cannot be mounted here", [])
        stack.enter_context(node)
        curator = stack.enter_context(Curator(scratch))
        curator.does("add", name)
        version, _ = curator.does("status", name, "published")
        up_to_date(node, version)
        problems = [
            "a page is wrong" for _ in range(8) if name not in node.get("/find/?sort=name").text
        ]
        said, left = node.complaints(), node.index_files()
    sentence = said[0].rpartition("listings.search ")[2] if said else ""
    if len(said) != 2 or not all("cannot be written" in line for line in said):
        problems.append(f"not one sentence of each worker: {said}")
    if left:
        problems.append(f"half a file keeps the disk full: {left}")
    return Outcome(scene, sentence, problems)


# -- many changes --------------------------------------------------------------------------------


def many_changes(scratch: Scratch, changed: int, batch: int) -> Outcome:
    """While an import runs and the index is built anew, visitors are answered all the time."""
    problems: list[str] = []
    with Curator(scratch) as curator, Node(scratch, "many") as node:
        with Crowd(node):
            time.sleep(2)  # until each worker has drawn its first pages
        with Crowd(node) as before:
            time.sleep(4)
        with Crowd(node) as during:
            curator.ask("many", changed, batch)
            degraded, written, newest = 0, 0.0, 0
            started = time.monotonic()
            answered = threading.Thread(target=lambda: seen.append(curator.answer()))
            seen: list[tuple[int, float]] = []
            answered.start()
            while not seen or node.ready()["index_version"] < seen[0][0]:
                said = node.ready()
                degraded += said["status"] == "degraded"
                if said["status"] == "degraded" and (
                    said["index_version"] >= said["catalogue_version"]
                ):
                    problems.append(f"{said}")
                if time.monotonic() > started + 3 * PATIENCE:
                    problems.append(f"after minutes still {said}")
                    break
                time.sleep(0.02)
            answered.join()
            newest, written = seen[0]
            waited = time.monotonic() - written
            up_to_date(node, newest)
        problems += [
            f"{number} × {what}" for what, number in (before.failed + during.failed).items()
        ]
        problems += node.complaints()
    if not degraded:
        problems.append("nothing was left to the background: this shows nothing")
    figures = (
        f"{changed} in batches of {batch}: written in {written - started:.1f} s, served"
        f" {waited:.1f} s later; longest answer {_ms(during.seconds, 100)} ms (99 %:"
        f" {_ms(during.seconds, 99)}, half: {_ms(during.seconds, 50)}; without changes"
        f" {_ms(before.seconds, 100)}, {_ms(before.seconds, 99)}, {_ms(before.seconds, 50)})"
    )
    return Outcome("many changes", figures, problems)


def _ms(seconds: list[float], percent: int) -> int:
    ordered = sorted(seconds)
    return round(1000 * ordered[min(len(ordered) * percent // 100, len(ordered) - 1)])
