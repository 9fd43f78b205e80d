"""Stop when a migration of ours cannot run while the site serves (locks, lost columns, NOT NULL).

Asked on PostgreSQL, whose locks are what matters; SQLite is rebuilt table by table anyway.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Lint every migration of listings and return the exit code."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(ROOT), include_apps=["listings"], no_cache=True, quiet=["ignore", "ok"]
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main())
