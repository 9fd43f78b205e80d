"""Columns as one file that all processes of a machine map: they share its memory.

Layout: 8 bytes of magic that end in the number of the format, a CRC-32 of all that follows and the
length of the header, 8 bytes each (little-endian), the header as JSON, then the arrays, each at a
multiple of 64 bytes. The header names the stamp, and type, shape and offset of every array. A file
is written beside and moved into place, so half a file is never read; one that is damaged is passed
over and built again.
"""

import json
import mmap
import os
import zlib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from listings.search.columns import Columns

FORMAT = 2
"""Raised whenever the columns change their meaning; 255 at most."""
MAGIC = b"LISTIDX" + bytes([FORMAT])
_NUMBER_BYTES = 8
_CHECKED_FROM = len(MAGIC) + _NUMBER_BYTES
_HEADER_FROM = _CHECKED_FROM + _NUMBER_BYTES
_ALIGNED = 64


class NotReadable(Exception):
    """The file is no index of this format, or it is damaged."""


def write(path: Path, columns: Columns, about: dict[str, Any]) -> None:
    """Write the columns, with what is known ``about`` them, and move them into place.

    Raises OSError, and leaves nothing half-written then.
    """
    parts = list(_parts(columns, about))
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    new = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        with new.open("wb") as file:
            file.write(MAGIC + _number(crc))
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _parts(columns: Columns, about: dict[str, Any]) -> Iterator[bytes | memoryview]:
    """What stands behind the check sum: the header with its length, and each array, padded."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        field.name: np.ascontiguousarray(getattr(columns, field.name)) for field in fields(columns)
    }
    table, offset = {}, 0
    for name, array in arrays.items():
        table[name] = [array.dtype.str, list(array.shape), offset]
        offset += _to_multiple(array.nbytes)
    header = json.dumps({**about, "columns": table}).encode()
    header = header.ljust(_to_multiple(_HEADER_FROM + len(header)) - _HEADER_FROM)
    yield _number(len(header)) + header
    for array in arrays.values():
        if array.size:
            yield array.data.cast("B")
            yield bytes(_to_multiple(array.nbytes) - array.nbytes)


def _number(number: int) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "little")


def _to_multiple(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def read(path: Path) -> tuple[Columns, dict[str, Any]]:
    """The columns over the mapped file, and what was written about them. Raises NotReadable."""
    try:
        with path.open("rb") as file:
            memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise NotReadable(f"{path.name} cannot be mapped.") from error
    if len(memory) < _HEADER_FROM or memory[: len(MAGIC) - 1] != MAGIC[:-1]:
        raise NotReadable(f"{path.name} is no index.")
    if memory[: len(MAGIC)] != MAGIC:
        raise NotReadable(f"{path.name} has another format.")
    if _number(zlib.crc32(memory[_CHECKED_FROM:])) != memory[len(MAGIC) : _CHECKED_FROM]:
        raise NotReadable(f"{path.name} is damaged.")
    try:
        return _read(memory[_CHECKED_FROM:])
    # Its check sum is right, so whoever wrote it meant something else: there is no end to what.
    except Exception as error:
        raise NotReadable(f"{path.name} cannot be read.") from error


def _read(checked: memoryview) -> tuple[Columns, dict[str, Any]]:
    length = int.from_bytes(checked[:_NUMBER_BYTES], "little")
    about = json.loads(bytes(checked[_NUMBER_BYTES:][:length]))
    body = checked[_NUMBER_BYTES:][length:]
    arrays = {
        name: np.frombuffer(body, dtype, int(np.prod(shape)), offset).reshape(shape)
        for name, (dtype, shape, offset) in about["columns"].items()
    }
    return Columns(**arrays), about
