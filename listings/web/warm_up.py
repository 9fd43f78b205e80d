"""What a server reads into memory at its start, so that the first visitor does not wait for it."""

import logging
import threading
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from listings.geocoding.suggesting import warm_up as warm_up_places
from listings.search.criteria import SearchCriteria
from listings.search.results import Asking
from listings.search.serving import current_index
from listings.search.vocabulary import vocabulary

log = logging.getLogger("listings.warm_up")


def warm_up_in_background() -> None:
    """Start reading; requests are answered meanwhile, and wait for what is not there yet."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    try:
        for read in (_search, warm_up_places):
            _run(read)
    finally:
        connection.close()


def _run(read: Callable[[], object]) -> None:
    try:
        read()
    except Exception:
        # A request that needs it will try again, and say what is wrong.
        log.exception("Reading ahead at the start failed.")


def _search() -> None:
    index = current_index()
    asking = Asking(index, vocabulary(index.stamp), timezone.now())
    asking.page(SearchCriteria(page_size=1))
