"""manage.py whose SQLite database may grow by PROOF_PAGES pages and no more, as on a full disk."""

import os
import sys
from typing import Any

from django.core.management import execute_from_command_line
from django.db.backends.signals import connection_created


def limit(connection: Any, **_: Any) -> None:
    """Set the limit on a connection that was just opened."""
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + int(os.environ['PROOF_PAGES'])}")


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
connection_created.connect(limit)
execute_from_command_line(sys.argv)
