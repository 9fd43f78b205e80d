"""Which text encoding a file has, found without holding the file in memory."""

import codecs
from typing import BinaryIO

from listings.exchange.records import ReadError

_CHUNK = 1 << 20
_HOW = "Save the file as “CSV UTF-8” (for JSON: UTF-8) and try again."


def find_encoding(stream: BinaryIO, *, name: str) -> str:
    """The encoding of a text file: UTF-8, UTF-16 with a byte order mark, else Windows-1252.

    The whole file is checked, and the stream is left at its start. Raises ReadError when the
    file is empty or fits none of them.
    """
    stream.seek(0)
    start = stream.read(4096)
    if not start:
        raise ReadError(f"{name} is empty. Check that the right file was saved.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif start.count(0) * 10 > len(start):
        raise ReadError(f"{name} is not text: it is full of NUL bytes. {_HOW}")
    elif start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp1252"]
    problem = ""
    for encoding in candidates:
        problem = _problem(stream, encoding)
        if not problem:
            stream.seek(0)
            return encoding
    raise ReadError(f"{name} is neither UTF-8 nor Windows-1252 text: {problem}. {_HOW}")


def _problem(stream: BinaryIO, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    line = 1
    while True:
        chunk = stream.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            return f"line {line} holds a byte it cannot have (0x{error.object[error.start]:02x})"
        if not chunk:
            return ""
        line += chunk.count(b"\n")
