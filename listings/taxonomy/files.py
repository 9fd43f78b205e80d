"""Reading one TOML file of the taxonomy, with a sentence for every mistake."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from listings.taxonomy.specs import TaxonomyError

ROOT = Path(__file__).parent
"""The folder that holds facets.toml, terms/ and crosswalks/."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises:
        TaxonomyError: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TaxonomyError(f"{path.name}: the file is missing; restore it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TaxonomyError(f"{path.name}: not valid TOML ({error}); correct it.") from error


class Entry:
    """One table of a file, read key by key with its type checked.

    Every method raises TaxonomyError with a sentence naming file and entry.
    """

    def __init__(self, where: str, table: object, allowed: Collection[str] | None = None) -> None:
        """Accept `table` when it is a table with no key outside `allowed` (None: any key)."""
        self.where = where
        if not isinstance(table, Mapping):
            raise self.error("must be a table")
        self._table: Mapping[str, Any] = table
        if allowed is None:
            return
        if extra := sorted(set(table) - set(allowed)):
            raise self.error(f"has the unknown key {extra[0]!r}; allowed: {', '.join(allowed)}")

    def error(self, text: str) -> TaxonomyError:
        """Return the error to raise, saying where the mistake is."""
        return TaxonomyError(f"{self.where} {text}.")

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in file order."""
        return iter(self._table)

    def raw(self, key: str) -> Any:
        """Return the value as TOML gave it, None when absent."""
        return self._table.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        value = self._table.get(key, default)
        if not isinstance(value, str) or (value == "" and default is None):
            raise self.error(f'needs {key} = "some text"')
        return value

    def whole(self, key: str) -> int:
        """Return a whole number of 0 or more."""
        value = self._table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(f"needs {key} = a whole number of 0 or more")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"needs {key} = true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"needs {key} = a list of texts")
        if len(set(value)) != len(value):
            raise self.error(f"names something twice in {key}; name it once")
        return tuple(value)
