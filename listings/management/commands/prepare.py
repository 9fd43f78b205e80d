"""``manage.py prepare``: what a start needs done to the database and the files, in one run."""

import errno
import hashlib
import io
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from listings.search.serving import current_index

quietly = partial(call_command, stdout=io.StringIO(), verbosity=0)


def steps() -> list[tuple[str, Callable[[], object]]]:
    """Return what there is to do, in order. Each step changes nothing when nothing is new."""
    todo: list[tuple[str, Callable[[], object]]] = [
        ("database tables", partial(quietly, "migrate", interactive=False)),
        ("taxonomy", partial(quietly, "load_taxonomy")),
        ("gazetteer", partial(quietly, "load_gazetteer")),
        ("help lines", partial(quietly, "load_help_lines")),
    ]
    if settings.DIRECTORY_DEMO:
        todo.append(("demonstration listings", partial(quietly, "load_demo")))
    # Here and not in a worker: reading a million listings takes memory that would stay with it.
    return [*todo, ("search index", current_index), ("static files", collect_static)]


def collect_static() -> None:
    """Collect and compress the static files, unless they are those collected last time.

    collectstatic itself hashes and compresses everything at each run, which takes 2 s.
    """
    digest = static_digest()
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(".collected")  # beside the folder: whatever is in it is served
    if root.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    stamp.unlink(missing_ok=True)
    quietly("collectstatic", interactive=False, clear=True)
    stamp.write_text(digest, encoding="ascii")


def static_digest() -> str:
    """Return a digest of name, size and time of change of every static file of the source."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Command(BaseCommand):
    help = "Migrate, load the files that ship with the code, and collect static files."
    # The tables may not be there yet; migrate runs the database's own checks.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for label, do in steps():
            started = time.monotonic()
            self.run(label, do)
            self.stdout.write(f"{label:<24}{time.monotonic() - started:6.1f} s")

    def run(self, label: str, do: Callable[[], object]) -> None:
        """Run one step, turning the failures an operator can mend into a sentence."""
        try:
            do()
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise CommandError(
                    f"{label}: the disk is full. Make room and start again."
                ) from error
            raise CommandError(f"{label}: {error}. Mend this and start again.") from error
        except DatabaseError as error:
            raise CommandError(
                f"{label}: the database said “{str(error).strip()}”. Check DATABASE_URL, "
                "the free disk and the right to write, then start again."
            ) from error
