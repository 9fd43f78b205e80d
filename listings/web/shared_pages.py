"""Pages that the processes of a site share through Redis, as long as Redis answers at once.

Redis may be down, slow or full of rubbish: that costs a visitor a tenth of a second once in half a
minute, and the page is drawn. This module alone loads the package ``redis``, which takes 20 MB.
"""

import logging
import math
import time
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

log = logging.getLogger("listings.shared_pages")

PREFIX = b"directory-page:"
TIMEOUT_SECONDS = 0.05
"""For connecting and for each answer."""
LONGEST_SECONDS = 0.1
"""A call that took longer, in however many steps, counts as one that failed."""
LARGEST_BYTES = 2_000_000
PAUSE_SECONDS = 30.0
LOG_SECONDS = 60.0


class Breaker:
    """Says whether to ask: always, but after a failure not before 30 s, and then one to try."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shut_until = -math.inf
        self._told_at = -math.inf

    def allows(self) -> bool:
        """Whether the caller may ask now. While it tries after a pause, nobody else may."""
        if self._shut_until == -math.inf:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._shut_until:
                return False
            self._shut_until = now + PAUSE_SECONDS
            return True

    def passed(self) -> None:
        """It answered: everybody may ask."""
        self._shut_until = -math.inf

    def failed(self, why: str) -> None:
        """It did not: nobody may ask for a while. A line in the log says so, one a minute."""
        with self._lock:
            now = time.monotonic()
            self._shut_until = now + PAUSE_SECONDS
            if now - self._told_at >= LOG_SECONDS:
                self._told_at = now
                log.warning("Redis is left out for %.0f s: %s.", PAUSE_SECONDS, why)


class SharedPages:
    """Sealed pages by name, in the Redis at ``url``; no method raises for anything Redis does.

    ValueError for an address that redis-py cannot read. Nothing is asked of Redis before the
    first page is.
    """

    def __init__(self, url: str) -> None:
        # Ours over what the address may say, so that no address makes visitors wait.
        limits = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
            "decode_responses": False,
            # Without its greetings a new connection costs no more than the call itself.
            "protocol": 2,
            "driver_info": None,
        }
        address = parse_url(url)  # type: ignore[no-untyped-call]
        self._redis = Redis(connection_pool=ConnectionPool(**{**address, **limits}))
        self._breaker = Breaker()

    def get(self, name: bytes) -> bytes | None:
        """What lies under the name; of something greater than any page, its beginning."""
        found = self._ask(partial(self._redis.getrange, _key(name), 0, LARGEST_BYTES - 1))
        return found or None

    def put(self, name: bytes, sealed: bytes, seconds: float) -> None:
        """Keep a page for that long; one that is too large is left out."""
        if len(sealed) <= LARGEST_BYTES and seconds > 0:
            lifetime = math.ceil(seconds * 1000)
            self._ask(partial(self._redis.set, _key(name), sealed, px=lifetime))

    def _ask(self, call: Callable[[], Any]) -> Any:
        if not self._breaker.allows():
            return None
        started = time.monotonic()
        try:
            answer = call()
        # What answers need not be Redis, so its words can fail anywhere in the parser.
        except Exception as error:
            # The type alone: a text may hold the address with its password.
            self._breaker.failed(type(error).__name__)
            return None
        if time.monotonic() - started > LONGEST_SECONDS:
            self._breaker.failed("slow")
        else:
            self._breaker.passed()
        return answer


def _key(name: bytes) -> bytes:
    return PREFIX + name.hex().encode()
