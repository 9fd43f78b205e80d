"""One fresh process with an index, for its memory and its start: `one_process load` or `map`.

It prints a line when the index is there, and waits for a line before it looks at its memory, so
that several of them can hold the same file meanwhile.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import django

LOAD, MAP = "load", "map"
KILOBYTES = 1024


def memory() -> dict[str, float]:
    """Megabytes resident, shared with other processes, and this process's own."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    found = {
        name: int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE)
    }
    shared = found["Shared_Clean"] + found["Shared_Dirty"]
    private = found["Private_Clean"] + found["Private_Dirty"]
    sizes = {"resident": found["Rss"], "shared": shared, "private": private}
    return {name: size / KILOBYTES for name, size in sizes.items()}


def peak() -> float:
    """The most megabytes that were ever resident; getrusage would count the parent's too."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", text, re.MULTILINE)
    assert found
    return int(found[1]) / KILOBYTES


def main(how: str) -> None:
    """Get an index, answer the cases with it once, and tell of it."""
    from listings.search.loading import load_index
    from listings.search.serving import current_index
    from tests.benchmarks.search_parts.cases import benchmark_cases
    from tests.benchmarks.search_parts.contenders import Ours
    from tests.benchmarks.search_parts.facets import terms

    cases = benchmark_cases()
    before = memory()
    started = time.perf_counter()
    index = load_index() if how == LOAD else current_index()
    told = {"seconds": time.perf_counter() - started}
    ours = Ours(index, terms())
    for case in cases:
        for criteria in case.criteria:
            ours.answer(criteria)
    told["peak"] = peak()
    print("ready", flush=True)
    sys.stdin.readline()
    told |= {name: megabytes - before[name] for name, megabytes in memory().items()}
    print(json.dumps(told), flush=True)


class Process:
    """A child that runs ``main``."""

    def __init__(self, how: str, environment: dict[str, str], folder: Path) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, how],
            env=environment, cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.child.stdout
        if self.child.stdout.readline() != "ready\n":
            raise RuntimeError(f"A process could not get the index ({how}).")

    def tell(self) -> dict[str, float]:
        """What it says of itself; it ends with that."""
        told, _ = self.child.communicate("\n")
        found: dict[str, float] = json.loads(told)
        return found


def starts(environment: dict[str, str], folder: Path) -> dict[str, float]:
    """How long loading takes, and the memory of two processes that map one file (megabytes)."""
    loaded = Process(LOAD, environment, folder).tell()
    Process(MAP, environment, folder).tell()  # writes the file
    both = [Process(MAP, environment, folder) for _ in range(2)]
    mapped = [one.tell() for one in both]
    return {
        "load_s": loaded["seconds"],
        "load_peak_mb": loaded["peak"],
        "map_s": mapped[1]["seconds"],
        "memory_mb": mapped[1]["resident"],
        "memory_shared_mb": mapped[0]["shared"],
        "memory_private_mb": mapped[0]["private"],
    }


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
