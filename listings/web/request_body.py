"""Request bodies that arrive slowly, on purpose or not, leave threads free for everybody else.

Under WSGI a thread waits for the body of its request, and granian sets no deadline on it. So only
``AT_ONCE`` threads of a process may wait for one; the others always serve what is only looked at.
A proxy that takes in whole bodies first keeps forms working as well (docs/operating.md).
"""

import io
import threading
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

LARGEST_FORM_BYTES = 65_536
"""Of a public form; with every filter ticked and a long text it is 20,000."""
AT_ONCE = 4
"""Half of the threads that script/server gives a worker."""


def check_size(request: HttpRequest) -> None:
    """Raise RequestDataTooBig for a body that no public form of ours sends, before reading it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_FORM_BYTES:
        raise RequestDataTooBig("The body is larger than any form.")


class AwaitedBody:
    """``wsgi.input`` (PEP 3333), read in whole at the first read.

    BlockingIOError when too many are awaited already: Django makes it UnreadablePostError, which
    gets the page of 503.
    """

    _places = threading.BoundedSemaphore(AT_ONCE)

    def __init__(self, source: Any, length: int) -> None:
        self._source = source
        self._length = length
        self._arrived: io.BytesIO | None = None

    def read(self, size: int | None = -1) -> bytes:
        """Return up to size bytes; all that are left for -1."""
        return self._body().read(size)

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line, at most size bytes of it."""
        return self._body().readline(size)

    def _body(self) -> io.BytesIO:
        if self._arrived is None:
            self._arrived = io.BytesIO(self._wait())
        return self._arrived

    def _wait(self) -> bytes:
        if not self._places.acquire(blocking=False):
            raise BlockingIOError("Too many bodies are awaited already.")
        try:
            arrived: bytes = self._source.read(self._length)
        finally:
            self._places.release()
        return arrived
