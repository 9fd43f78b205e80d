"""``manage.py prepare``: what a start needs done to the database and the files, in one run."""

import errno
import io
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

# What to do, the command that does it and its options. Each changes nothing when nothing is new.
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("database tables", "migrate", {"interactive": False}),
    ("taxonomy", "load_taxonomy", {}),
    ("gazetteer", "load_gazetteer", {}),
    ("help lines", "load_help_lines", {}),
    ("demonstration listings", "load_demo", {}),
    ("static files", "collectstatic", {"interactive": False}),
)


class Command(BaseCommand):
    help = "Migrate, load the files that ship with the code, and collect static files."
    # The tables may not be there yet; migrate runs the database's own checks.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for label, command, arguments in STEPS:
            if command == "load_demo" and not settings.DIRECTORY_DEMO:
                continue
            started = time.monotonic()
            self.run(label, command, arguments)
            self.stdout.write(f"{label:<24}{time.monotonic() - started:6.1f} s")

    def run(self, label: str, command: str, arguments: dict[str, Any]) -> None:
        """Run one step, turning the failures an operator can mend into a sentence."""
        try:
            call_command(command, stdout=io.StringIO(), verbosity=0, **arguments)
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
