"""Columns as one file that all processes of a machine map: they share its memory.

Layout: 8 bytes of magic, the length of the header in 8 bytes (little-endian), the header as JSON,
then the arrays, each at a multiple of 64 bytes. The header names format, stamp, CRC-32 of what
follows it, and type, shape and offset of every array. A file is written beside and moved into
place, so half a file is never read; one that is damaged is passed over and built again.
"""

import json
import mmap
import os
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from listings.search.columns import Columns

FORMAT = 1
"""Raised whenever the columns change their meaning."""
_MAGIC = b"LISTIDX\n"
_LENGTH_BYTES = 8
_ALIGNED = 64


class NotReadable(Exception):
    """The file is no index of this format, or it is damaged."""


def write(path: Path, columns: Columns, about: dict[str, Any]) -> None:
    """Write the columns, with what is known ``about`` them, and move them into place."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        field.name: np.ascontiguousarray(getattr(columns, field.name)) for field in fields(columns)
    }
    table, offset = {}, 0
    for name, array in arrays.items():
        table[name] = [array.dtype.str, list(array.shape), offset]
        offset += _to_multiple(array.nbytes)
    crc = 0
    for array in arrays.values():
        crc = zlib.crc32(
            _padding(array.nbytes), zlib.crc32(array.data.cast("B") if array.size else b"", crc)
        )
    header = json.dumps({**about, "format": FORMAT, "crc": crc, "columns": table}).encode()
    header += b" " * (
        _to_multiple(len(_MAGIC) + _LENGTH_BYTES + len(header))
        - len(_MAGIC)
        - _LENGTH_BYTES
        - len(header)
    )
    new = path.with_name(f"{path.name}.new-{os.getpid()}")
    with new.open("wb") as file:
        file.write(_MAGIC + len(header).to_bytes(_LENGTH_BYTES, "little") + header)
        for array in arrays.values():
            file.write(array.data.cast("B") if array.size else b"")
            file.write(_padding(array.nbytes))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _to_multiple(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _padding(size: int) -> bytes:
    return bytes(_to_multiple(size) - size)


def read(path: Path) -> tuple[Columns, dict[str, Any]]:
    """The columns over the mapped file, and what was written about them. Raises NotReadable."""
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise NotReadable(f"{path.name} cannot be mapped.") from error
    start = len(_MAGIC) + _LENGTH_BYTES
    if memory[: len(_MAGIC)] != _MAGIC:
        raise NotReadable(f"{path.name} is no index.")
    length = int.from_bytes(memory[len(_MAGIC) : start], "little")
    try:
        about = json.loads(memory[start : start + length])
        if about["format"] != FORMAT:
            raise NotReadable(f"{path.name} has another format.")
        body = memoryview(memory)[start + length :]
        if zlib.crc32(body) != about["crc"]:
            raise NotReadable(f"{path.name} is damaged.")
        arrays = {
            name: np.frombuffer(body, dtype, int(np.prod(shape)), offset).reshape(shape)
            for name, (dtype, shape, offset) in about["columns"].items()
        }
        return Columns(**arrays), about
    except (ValueError, KeyError, TypeError) as error:
        raise NotReadable(f"{path.name} cannot be read.") from error
