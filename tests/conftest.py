"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests.forgetting import forget_everything


@pytest.fixture(autouse=True)
def nothing_of_another_test() -> None:
    """Versions repeat from test to test, so what was read for one must not serve the next."""
    forget_everything()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input beside the repository; the test is skipped where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("The real input files are not beside the repository.")
    return folder


@pytest.fixture(scope="module")
def whole_gazetteer(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The committed gazetteer, loaded once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_gazetteer", verbosity=0)
        # Else PostgreSQL looks at every foreign key again at the end of each test.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)
