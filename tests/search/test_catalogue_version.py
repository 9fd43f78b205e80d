"""Whoever reads the number first and then the rows misses nothing that twenty writers do at once.

The programs have a database of their own: a file of SQLite, or one of PostgreSQL where the tests
run on that. tests/proofs/nodes.py does the same for longer.
"""

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from listings.models import Catalogue
from listings.search.loading import stamp_now
from tests.proofs._scenes import Seen, fill, watched
from tests.proofs._scratch import on_postgres, on_sqlite

SECONDS = 3.0


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Two readers of the same twenty writers, in the right order and in the wrong one."""
    own = on_postgres() if connection.vendor == "postgresql" else on_sqlite(gazetteer=False)
    with own as scratch:
        fill(scratch, 200)
        return watched(scratch, SECONDS)


def test_nothing_is_missed_and_nothing_goes_back(seen: Seen) -> None:
    """Sixteen threads ask at once; no index is older than one that the thread was given before."""
    assert not seen.problems
    assert seen.right["missed"] == 0


def test_that_was_no_idle_moment(seen: Seen) -> None:
    assert seen.changes > 40
    assert seen.right["versions"] > 10
    assert seen.right["compared"] > 3
    assert seen.right["listings"] > 300


def test_the_wrong_order_would_be_caught(seen: Seen) -> None:
    assert seen.wrong["missed"] > 0


@pytest.mark.django_db
def test_a_change_that_is_taken_back_takes_its_version_back() -> None:
    before = Catalogue.objects.current().version
    with transaction.atomic():
        assert Catalogue.objects.next_version().version == before + 1
        transaction.set_rollback(True)
    assert Catalogue.objects.current().version == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_closed_is_opened_anew() -> None:
    Catalogue.objects.get_or_create(pk=1)  # tests like this one leave nothing in the database
    before, asked = stamp_now(), []

    def lost_at_first(execute: Any, *question: Any) -> Any:
        asked.append(question[0])
        if len(asked) == 1:
            raise OperationalError("the server has closed the connection")
        return execute(*question)

    with connection.execute_wrapper(lost_at_first):
        assert stamp_now() == before
    assert len(asked) == 2
    asked.clear()
    with transaction.atomic(), connection.execute_wrapper(lost_at_first):
        with pytest.raises(OperationalError):
            stamp_now()
        assert len(asked) == 1
