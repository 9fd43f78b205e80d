"""A finished page at rest: within bounds in the process's memory, sealed for anywhere else."""

import gzip
import hmac
import json
import struct
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")

OVERHEAD_BYTES = 600
"""About what an entry costs besides its content: name, node of the dictionary, headers."""

FORMAT = b"page 1\n"
"""Change the number with the layout: what another number sealed is then a miss."""
_LENGTH = struct.Struct(">I")
_SEAL_BYTES = 32


class BoundedStore(Generic[Kept]):
    """Names to things, at most ``most_bytes`` of them; the one unasked for longest goes first.

    Threads may share it. What is larger than an eighth of the whole is not taken in.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self._lock = Lock()
        self._kept: OrderedDict[bytes, tuple[Kept, int]] = OrderedDict()

    def get(self, name: bytes) -> Kept | None:
        """What was put under the name, unless it had to go."""
        with self._lock:
            found = self._kept.get(name)
            if found is None:
                return None
            self._kept.move_to_end(name)
            return found[0]

    def put(self, name: bytes, thing: Kept, content_bytes: int) -> None:
        """Keep the thing in place of any of that name, and let go of as much as it needs."""
        size = content_bytes + OVERHEAD_BYTES
        if size > self.most_bytes // 8:
            return
        with self._lock:
            self.held_bytes += size - self._kept.pop(name, (None, 0))[1]
            self._kept[name] = (thing, size)
            while self.held_bytes > self.most_bytes:
                self.held_bytes -= self._kept.popitem(last=False)[1][1]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The headers as the page was drawn with and its body as gzip (RFC 1952)."""

    headers: dict[str, str]
    body: bytes

    def plain(self) -> bytes:
        """The body as it was before compression."""
        return gzip.decompress(self.body)

    def seal(self, name: bytes, secret: bytes) -> bytes:
        """The page as bytes that ``unseal`` takes under this name only.

        FORMAT, HMAC-SHA-256 of the name and the rest, length of the headers (32 bits, most
        significant byte first), headers as JSON, body.
        """
        headers = json.dumps(self.headers).encode()
        content = _LENGTH.pack(len(headers)) + headers + self.body
        return FORMAT + hmac.digest(secret, name + content, "sha256") + content

    @classmethod
    def unseal(cls, sealed: bytes, name: bytes, secret: bytes) -> "KeptPage | None":
        """The page; None where a byte is wrong, missing or too many, or the format another one."""
        seal, content = sealed[len(FORMAT) :][:_SEAL_BYTES], sealed[len(FORMAT) + _SEAL_BYTES :]
        true_seal = hmac.digest(secret, name + content, "sha256")
        if not sealed.startswith(FORMAT) or not hmac.compare_digest(seal, true_seal):
            return None
        body_at = _LENGTH.size + _LENGTH.unpack_from(content)[0]
        return cls(json.loads(content[_LENGTH.size : body_at]), content[body_at:])
