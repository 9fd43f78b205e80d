"""How long a search takes, beside PostGIS, SQLite alone and bare arrays, on made-up listings.

    python -m tests.benchmarks.search --listings 1000000 --peer postgis --json figures.json

makes a scratch database, fills it, measures and removes it. tests/benchmarks/search_parts has the
parts; docs/performance.md says what is measured and shows figures.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import django

from tests.proofs._scratch import Scratch, on_postgres, on_sqlite, postgres_url, table

LEAST_LISTINGS = 1000
BYTES_PER_LISTING = {"site": 2_500, "sqlite": 1_500, "postgis": 5_000}
"""Of disk: the site's database with the index, and those of the peers."""
SPARE_BYTES = 500_000_000
SETTINGS = "tests.benchmarks.search_settings"


def main() -> int:
    """Measure, print, and write the file asked for."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if problem := no_room(asked) or no_server(asked):
        print(problem, file=sys.stderr)
        return 1
    started = time.monotonic()
    try:
        with scratch_database(asked.database) as scratch:
            figures = measured(scratch, asked)
    except KeyboardInterrupt:
        print("Stopped; what was made has been removed.", file=sys.stderr)
        return 128 + signal.SIGINT
    figures["minutes"] = round((time.monotonic() - started) / 60, 1)
    show(figures)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if figures["oracle_differences"] or figures["disagreements"] else 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--listings", type=int, default=20_000, help="how many; default 20,000")
    parser.add_argument("--peer", choices=["postgis"], help="measure PostGIS too")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    if asked.listings < LEAST_LISTINGS:
        parser.error(f"--listings must be {LEAST_LISTINGS} or more")
    return asked


def no_room(asked: argparse.Namespace) -> str:
    """A sentence when the disk has too little room."""
    parts = ["site", "sqlite", *([asked.peer] if asked.peer else [])]
    needed = SPARE_BYTES + asked.listings * sum(BYTES_PER_LISTING[part] for part in parts)
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return ""
    return (
        f"{folder} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed:"
        " make room, or ask for fewer --listings."
    )


def no_server(asked: argparse.Namespace) -> str:
    """A sentence when PostgreSQL was asked for and does not answer."""
    if asked.database == "sqlite" or postgres_url("postgres"):
        return ""
    return "No PostgreSQL server answers here: start one, or set TEST_POSTGRES_URL."


def scratch_database(kind: str) -> AbstractContextManager[Scratch]:
    """An empty database with the taxonomy, removed at the end."""
    return on_sqlite(gazetteer=False) if kind == "sqlite" else on_postgres()


def measured(scratch: Scratch, asked: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark in this process, on that database."""
    scratch.must("load_help_lines")
    scratch.extra["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ.update(scratch.environment)
    django.setup()
    # Only now can models be imported.
    from django.db import connections

    from tests.benchmarks.search_parts.running import run

    try:
        return run(scratch, asked.listings, asked.peer == "postgis")
    finally:
        connections.close_all()


def show(figures: Mapping[str, Any]) -> None:
    """Print the tables."""
    from tests.benchmarks.search_parts.report import case_table, figure_table

    machine = figures["machine"]
    print(
        f"\n{figures['listings']:,} listings, {figures['listings_in_dense_metro']:,} of them within"
        f" 25 miles of the dense metro's centre; {figures['database']}; {machine['model']},"
        f" {machine['cores']} cores; {figures['minutes']} minutes\n"
    )
    print("milliseconds: p50 / p95 / p99")
    table(case_table(figures))
    print()
    table(figure_table(figures))


if __name__ == "__main__":
    sys.exit(main())
