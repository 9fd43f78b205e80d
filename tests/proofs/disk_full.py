"""An import that meets a full disk says so, leaves whole listings, and goes on when there is room.

The database is kept from growing (PRAGMA max_page_count) at several points of an import; and the
folder for temporary files takes no more than 64 KB, on a small file system of its own where that
may be mounted, and by a limit on the size of files.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.proofs import _made_up
from tests.proofs._scratch import Done, Scratch, copy_of, on_sqlite, table

ROWS = 1_500
PAGES = (0, 1, 5, 60, 400, 1_200)
"""Pages of 4 KB by which the database may grow; a whole import needs some 4,000."""
SMALL = 64 * 1024  # bytes
Line = tuple[object, ...]


def full_database(base: Scratch, path: str, pages: int) -> tuple[Line, list[str]]:
    """Import into a database that may grow by so many pages, then again with room."""
    scratch = copy_of(base, f"{pages}.sqlite3")
    scratch.extra["PROOF_PAGES"] = str(pages)
    program = ("-m", "tests.proofs._full_disk_manage")
    done = scratch.start("import_listings", "samhsa", path, program=program).wait()
    problems = _sentence(done, "run the same command again")
    return _then_with_room(scratch, path, f"database + {pages} pages", done, problems)


def full_folder(base: Scratch, path: str, folder: Path, how: str) -> tuple[Line, list[str]]:
    """Import with no room for the file of what differs, then again with room."""
    scratch = copy_of(base, "folder.sqlite3")
    if how == "size limit":
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
        try:
            done = scratch.manage("import_listings", "samhsa", path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    else:
        scratch.extra["TMPDIR"] = str(folder)
        done = scratch.manage("import_listings", "samhsa", path)
        del scratch.extra["TMPDIR"]
    problems = _sentence(done, "run the same command again")
    if scratch.look()["listings"]:
        problems.append("listings were written although the file was not read to its end")
    return _then_with_room(scratch, path, f"temporary folder, {how}", done, problems)


def _sentence(done: Done, remedy: str) -> list[str]:
    problems = []
    if not done.code:
        problems.append("it did not fail: give it less room")
    if done.has_traceback or remedy not in done.err or len(done.err.strip().splitlines()) != 1:
        problems.append(f"not one sentence: {done.err[-400:]}")
    return problems


def _then_with_room(
    scratch: Scratch, path: str, where: str, done: Done, problems: list[str]
) -> tuple[Line, list[str]]:
    halfway = scratch.look()
    after = scratch.manage("import_listings", "samhsa", path)
    found = scratch.look()
    problems = problems + halfway["problems"] + found["problems"]
    if after.code or found["listings"] != ROWS:
        problems.append(f"with room: {after.said}, {found['listings']} listings")
    line = (where, halfway["listings"], found["listings"], len(problems), done.said)
    return line, [f"{where}: {problem}" for problem in problems]


@contextmanager
def small_file_system(folder: Path) -> Iterator[bool]:
    """A file system of 64 KB mounted on the folder; False where that is not allowed."""
    folder.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    ).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def main() -> int:
    """Run the proof; return 0 when it holds."""
    with on_sqlite() as base:
        path = str(_made_up.samhsa(base.folder / "made_up.csv", _made_up.facilities(ROWS)))
        outcomes = [full_database(base, path, pages) for pages in PAGES]
        outcomes.append(full_folder(base, path, base.folder, "size limit"))
        with small_file_system(base.folder / "small") as mounted:
            if mounted:
                outcomes.append(full_folder(base, path, base.folder / "small", "64 KB mounted"))
            else:
                print("A small file system cannot be mounted here: skipped")
    for _, problems in outcomes:
        for problem in problems[:5]:
            print(problem)
    lines = [line for line, _ in outcomes]
    table([("full", "listings", "with room", "problems", "what was said"), *lines])
    return 1 if any(problems for _, problems in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
