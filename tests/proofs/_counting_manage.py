"""manage.py that counts the batches of an import that had to be worked out again."""

import os
import sys
from typing import Any

import django
from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
django.setup()

from listings.curation import batches  # noqa: E402 after Django is set up

stale = 0
write = batches.write


def counting(*args: Any, **named: Any) -> None:
    """Write as always, and count."""
    global stale
    try:
        write(*args, **named)
    except batches.Stale:
        stale += 1
        raise


batches.write = counting
try:
    execute_from_command_line(sys.argv)
finally:
    print(f"stale batches: {stale}", file=sys.stderr)
