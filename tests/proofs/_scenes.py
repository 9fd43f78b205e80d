"""What the nodes of a site have to keep up with; each scene gives its figures and what is wrong."""

import json
import re
import secrets
import statistics
import string
import time
from collections.abc import Sequence
from http import HTTPStatus
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.proofs._node import Answer, Curator, Node
from tests.proofs._scratch import Scratch

READER, WRITERS = ("-m", "tests.proofs._reader"), ("-m", "tests.proofs._writers")
FRESH_MS = 1_000.0
ASKED_EACH = 4
"""Requests on connections of their own, so that most often both workers are asked."""


class Outcome(NamedTuple):
    """What was done, its figures, and what is wrong."""

    scene: str
    figures: str
    problems: list[str]


def fill(scratch: Scratch, listings: int) -> None:
    """So many plain listings."""
    done = scratch.start("--fill", str(listings), program=WRITERS).wait()
    if done.code:
        raise RuntimeError(done.err)


def word() -> str:
    """A word that no listing has and that is like no other."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(12))


# -- twenty writers ------------------------------------------------------------------------------


class Seen(NamedTuple):
    """What two readers saw of the same writers: one in the right order, one in the wrong one."""

    changes: int
    right: dict[str, Any]
    wrong: dict[str, Any]
    problems: list[str]


def watched(scratch: Scratch, seconds: float, processes: int = 2, threads: int = 16) -> Seen:
    """Twenty writers in two processes, and two readers beside them."""
    readers = [
        scratch.start("right", str(threads), program=READER),
        scratch.start("wrong", "2", "--rows-first", program=READER),
    ]
    each = str(20 // processes)
    writers = [
        scratch.start(each, str(seconds), "right", "wrong", program=WRITERS)
        for _ in range(processes)
    ]
    wrote = [writer.wait() for writer in writers]
    (scratch.folder / "written").touch()
    read = [reader.wait() for reader in readers]
    problems = [done.err[-1000:] for done in (*wrote, *read) if done.code]
    if problems:
        return Seen(0, {}, {}, problems)
    counts = [json.loads(done.out) for done in wrote]
    changes = sum(
        number for count in counts for name, number in count.items()
        if name not in {"version", "refused"}
    )  # fmt: skip
    right, wrong = (json.loads(done.out) for done in read)
    problems = [*right["problems"], *wrong["problems"]]
    if right["missed"]:
        problems.append(f"{right['missed']} changes were missed")
    if right["version"] != max(count["version"] for count in counts):
        problems.append(f"the index rests at {right['version']}, the catalogue is further")
    return Seen(changes, right, wrong, problems)


def twenty_writers(scratch: Scratch) -> Outcome:
    """Nothing is missed, and what reads in the wrong order is caught."""
    fill(scratch, 400)
    seen = watched(scratch, 30)
    problems = [*seen.problems]
    if not problems and not seen.wrong["missed"]:
        problems.append("the wrong order missed nothing either: this shows nothing")
    if not seen.right:
        return Outcome("20 writers", "", problems)
    figures = "{} changes; 16 threads asked {asked} times; {listings} listings compared in".format(
        seen.changes, **seen.right
    )
    figures += " {compared} moments: {missed} missed".format(**seen.right)
    figures += f"; rows first: {seen.wrong['missed']} missed"
    return Outcome("20 writers", figures, problems)


# -- two nodes -----------------------------------------------------------------------------------


class Fresh:
    """How long after a change another node showed it, in milliseconds, and who did not."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.ms: list[float] = []
        self.problems: list[str] = []

    def keep(self, name: str) -> None:
        """Have both workers of all nodes keep the pages as they are before the change."""
        for node, path in product(self.nodes, _pages(name) * ASKED_EACH):
            node.get(path)

    def expect(self, name: str, committed: float, *, found: bool) -> None:
        """The very first answer of each has to show it, whichever worker gives it."""
        self._look(self.nodes[-1], _pages(name)[0], name, found)
        self.ms.append(1000 * (time.monotonic() - committed))
        for node, path in product(self.nodes, _pages(name) * ASKED_EACH):
            self._look(node, path, name, found)

    def _look(self, node: Node, path: str, name: str, found: bool) -> None:
        answer = node.get(path)
        if answer.status != HTTPStatus.OK or (name in answer.text) != found:
            said = f"{answer.status} and found is {name in answer.text}"
            self.problems.append(f"{path} on {node.folder.name}: {said}, not {found}")

    def outcome(self, scene: str) -> Outcome:
        """With median and the longest."""
        if max(self.ms) > FRESH_MS:
            self.problems.append(f"it took {max(self.ms):.0f} ms until a change was seen")
        figures = (
            f"{len(self.ms)} changes, seen by the other node after"
            f" {statistics.median(self.ms):.0f} ms, at most {max(self.ms):.0f} ms"
        )
        problems = self.problems + [line for node in self.nodes for line in node.complaints()]
        return Outcome(scene, figures, problems)


def _pages(name: str) -> list[str]:
    return [f"/find/?q={name.split()[1]}", f"/find.json?q={name.split()[1]}", "/find/?sort=name"]


def found_elsewhere(scratch: Scratch, rounds: int = 10, **extra: str) -> Outcome:
    """A listing published or withdrawn in a shell is found, or gone, on every node at once."""
    with Node(scratch, "one", **extra) as one, Node(scratch, "two", **extra) as two:
        fresh = Fresh([one, two])
        with Curator(scratch) as curator:
            for _ in range(rounds):
                name = f"Aa {word()}"  # first by name
                curator.does("add", name)
                for status, found in (("published", True), ("closed", False), ("published", True)):
                    fresh.keep(name)
                    _, committed = curator.does("status", name, status)
                    fresh.expect(name, committed, found=found)
                curator.does("status", name, "closed")
    return fresh.outcome("two nodes" + " and Redis" * bool(extra))


def found_after_the_admin(scratch: Scratch) -> Outcome:
    """The same, said in the admin of one node and asked of the other."""
    name, password = f"Aa {word()}", "a long password for a proof"
    with Curator(scratch) as curator:
        curator.does("superuser", "boss", password)
        curator.does("add", name)
    with Node(scratch, "one") as one, Node(scratch, "two") as two:
        fresh = Fresh([one, two])
        admin = Admin(one, "boss", password)
        for action, found in (("publish", True), ("close", False)):
            fresh.keep(name)
            fresh.expect(name, admin.act(action, name), found=found)
    return fresh.outcome("the admin of one node")


class Admin:
    """Someone logged in to the admin of a node. Its cookies are for https, so they are ours."""

    def __init__(self, node: Node, name: str, password: str) -> None:
        self.node = node
        self.cookies: dict[str, str] = {}
        login = "/admin/login/?next=/admin/"
        self._send("GET", login)
        status = self._send("POST", login, username=name, password=password).status
        if status != HTTPStatus.FOUND:
            raise RuntimeError(f"The admin does not let {name} in: {status}")

    def act(self, action: str, name: str) -> float:
        """Choose the listing of that name and an action; gives the moment of the answer."""
        page = f"/admin/listings/listing/?q={name.split()[1]}"
        (key,) = re.findall(r'name="_selected_action" value="(\d+)"', self._send("GET", page).text)
        status = self._send("POST", page, action=action, _selected_action=key).status
        if status != HTTPStatus.FOUND:
            raise RuntimeError(f"The admin does not {action}: {status}")
        return time.monotonic()

    def _send(self, method: str, path: str, **form: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            form["csrfmiddlewaretoken"] = self.cookies["__Host-csrf"]
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.node.ask(method, path, urlencode(form) if form else None, headers)
        for cookie in answer.cookies:
            pair, _, _ = cookie.partition(";")
            self.cookies.update([pair.split("=", 1)])  # type: ignore[list-item]
        return answer
