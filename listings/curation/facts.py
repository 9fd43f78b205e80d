"""Writes the facts of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from listings.curation.change import Change
from listings.models import Fact, ImportRun, Listing, Term

_COLUMNS = ("listing", "term", "value", "degree", "source", "method", "as_of", "locked")
_NO = "no"


@dataclass(slots=True)
class FactWriter:
    """Gathers facts over a batch and writes them together.

    A new listing brings some eighty facts. They are inserted as plain rows: as model objects they
    took two thirds of an import's time.
    """

    run: ImportRun
    terms: Mapping[str, Term]
    rows: list[tuple[Listing, tuple[Any, ...]]] = field(default_factory=list)
    changed: list[Fact] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def add(self, change: Change) -> list[tuple[int, bool, str]]:
        """Remember what to write; gives (bit, value, degree) of all facts as they will be."""
        plan, run = change.plan, self.run
        after = {
            code: (fact.term.bit, fact.value, fact.degree) for code, fact in change.facts.items()
        }
        said = {code: (word, run.source, run.as_of) for code, word in plan.set_facts.items()}
        for code, (word, holder) in plan.hand_over.items():
            said[code] = (word, *change.holders[holder])
        for code, (word, source, as_of) in said.items():
            term = self.terms[code]
            value, degree = word != _NO, "" if word in {"yes", _NO} else word
            after[code] = (term.bit, value, degree)
            fact = change.facts.get(code)
            if fact is None:
                row = (term.pk, value, degree, source.pk, Fact.Method.IMPORT.value, as_of, False)
                self.rows.append((change.listing, row))
            else:
                fact.value, fact.degree, fact.source, fact.as_of = value, degree, source, as_of
                self.changed.append(fact)
        for code in plan.drop_facts:
            self.dropped.append(change.facts[code].pk)
            del after[code]
        return list(after.values())

    def write(self) -> None:
        """Write all of the batch; new listings have their keys by now."""
        self._insert()
        Fact.objects.bulk_update(
            self.changed, ["value", "degree", "source", "as_of"], batch_size=500
        )
        Fact.objects.filter(pk__in=self.dropped).delete()

    def _insert(self) -> None:
        if not self.rows:
            return
        quote = connection.ops.quote_name
        columns = {part.name: str(part.column) for part in Fact._meta.concrete_fields}
        names = ", ".join(quote(columns[name]) for name in _COLUMNS)
        marks = ", ".join(["%s"] * len(_COLUMNS))
        table = quote(Fact._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 our own names only
                [(listing.pk, *row) for listing, row in self.rows],
            )
