"""A fresh clone serves its home page within 90 s of one command, and within 5 s the second time.

Clones the committed state, with an empty pip cache, so what is not committed does not help.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.scripts.server import ROOT, Server, plain_environment

FIRST_START = 90.0  # seconds, on 2 cores
SECOND_START = 5.0


def main() -> int:
    """Run the proof; return 0 when it holds."""
    holds = True
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = plain_environment(PIP_NO_CACHE_DIR="1")
        for name, limit in (("first", FIRST_START), ("second", SECOND_START)):
            with Server(clone, environment) as server:
                status, home = server.get("/")
                good = status == 200 and '<html lang="en"' in home and server.seconds <= limit
                print(f"{name} start: {server.seconds:.1f} s (limit {limit:.0f} s), / is {status}")
                if not good:
                    print(server.log.read_text())
                holds = holds and good
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
