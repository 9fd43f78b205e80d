"""Two servers of one site, as script/server starts them, on a database of their own.

tests/proofs/nodes.py does the same for longer, and what takes too long for every run.
"""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.proofs import _harm, _scenes
from tests.proofs._scratch import Scratch, on_postgres, on_sqlite

pytestmark = pytest.mark.xdist_group("server")

LISTINGS = 3_000


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    own = on_postgres() if connection.vendor == "postgresql" else on_sqlite(gazetteer=False)
    with own as made:
        _scenes.fill(made, LISTINGS)
        yield made


def test_what_is_published_or_withdrawn_shows_on_both_at_once(scratch: Scratch) -> None:
    assert _scenes.found_elsewhere(scratch, rounds=1).problems == []


def test_killed_workers_and_servers_leave_nothing_behind(scratch: Scratch) -> None:
    assert _harm.kills(scratch, LISTINGS, rounds=2).problems == []
