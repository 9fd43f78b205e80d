"""JSON files: values that can be stored, or a sentence that says where the file is broken."""

import json
import math
from typing import Any, BinaryIO, Final

from listings.exchange.readers.encodings import find_encoding
from listings.exchange.records import ReadError

MAX_BYTES: Final = 100_000_000
MAX_DEPTH: Final = 50


def load_json(stream: BinaryIO, *, name: str) -> Any:
    """The value of a JSON file of at most 100 MB.

    NUL characters and lone surrogates are taken out of texts, and numbers that JSON cannot
    write (NaN, infinity) become None, so that every part can be stored and written again.
    Raises ReadError when it is too large, cut off or not JSON.
    """
    size = stream.seek(0, 2)
    if size > MAX_BYTES:
        raise ReadError(
            f"{name} has {size:,} bytes, more than {MAX_BYTES:,}. Split it, or import it by pages."
        )
    text = _text(stream, name)
    try:
        value = json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
        return _storable(value)
    except json.JSONDecodeError as error:
        raise ReadError(_sentence(error, name, len(text))) from error
    except RecursionError as error:
        raise ReadError(f"{name} is nested too deeply to be a list of services.") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise ReadError(f"{name} holds a number too long to be one. Export it again.") from error


def _storable(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        value[:] = (_storable(item, depth + 1) for item in value)
    elif isinstance(value, dict):
        pairs = [(_storable(key), _storable(item, depth + 1)) for key, item in value.items()]
        value.clear()
        value.update(pairs)
    return value


def _text(stream: BinaryIO, name: str) -> str:
    encoding = find_encoding(stream, name=name)
    return stream.read().decode(encoding)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _sentence(error: json.JSONDecodeError, name: str, length: int) -> str:
    if error.doc.lstrip("\ufeff \r\n\t")[:1] == "<":
        return f"{name} is a web page, not JSON. Check the address."
    where = f"line {error.lineno}, column {error.colno} (character {error.pos:,} of {length:,})"
    if length - error.pos < len("-Infinity") or "Unterminated" in error.msg:
        return f"{name} is cut off: the JSON breaks off at {where}. Download it again."
    return f"{name} is not valid JSON: {error.msg} at {where}. Correct it or export it again."
