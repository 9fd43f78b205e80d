"""The machine and the versions on which figures were measured."""

import os
import platform
import re
import sqlite3
from pathlib import Path

import django
import numpy as np
import psycopg

from tests.proofs._scratch import postgres_url


def machine() -> dict[str, str | int]:
    """Model, cores and memory, and the versions of what takes part."""
    processor = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.+)$", processor, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "model": model[1] if model else platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(memory / 2**30),
        "python": platform.python_version(),
        "django": django.get_version(),
        "numpy": np.__version__,
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
    }


def _postgresql() -> str:
    url = postgres_url("postgres")
    if not url:
        return ""
    with psycopg.connect(url) as connection:
        return connection.info.parameter_status("server_version") or ""
