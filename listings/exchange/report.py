"""What an import did, counted and listed, as it is printed and as it is saved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from listings.values.text import clean

LISTED = 200
"""How many rows of one kind a report names; the rest are counted."""
OTHERS = "others"
"""Under which a saved report counts what it does not name."""
_KINDS = 20_000
"""How many different notes are kept apart while reading: a million rows may bring as many."""
_COUNTED = ("out_of_scope", "not_mapped", "unknown_codes", "notes")


@dataclass(slots=True)
class Report:
    """The counts of one run. ``quarantined`` and the other lists hold [row, reason]."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    matched: int = 0
    conflicts: int = 0
    missing: int = 0
    reconfirmed: int = 0
    out_of_scope: Counter[str] = field(default_factory=Counter)
    not_mapped: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[str] = field(default_factory=Counter)
    quarantined_rows: int = 0
    quarantined: list[list[Any]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    without_point: int = 0
    stopped: str = ""

    def quarantine(self, row: int, reason: str) -> None:
        """Count a row put aside, and name it while the list is short.

        What a file says may be quoted: see `count`.
        """
        self.quarantined_rows += 1
        if len(self.quarantined) < LISTED:
            self.quarantined.append([row, clean(reason)])

    def count(self, name: str, words: Iterable[str]) -> None:
        """Count words of one kind, such as notes.

        They may quote a file, and a report is printed on terminals: control and direction
        characters leave them.
        """
        counter: Counter[str] = getattr(self, name)
        for word in words:
            if word not in counter:
                word = clean(word)
            counter[word if word in counter or len(counter) < _KINDS else OTHERS] += 1

    def saved(self) -> dict[str, Any]:
        """The report as plain values, its longest lists cut."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        for name in _COUNTED:
            values[name] = _shortened(values[name])
        return values

    def lines(self) -> list[str]:
        """The report for people, line by line."""
        lines = [
            f"Rows read            {self.rows:>9,}",
            f"New listings         {self.new:>9,}",
            f"Joined to listings   {self.matched:>9,}  (the same place in another source)",
            f"Changed              {self.changed:>9,}",
            f"Same                 {self.same:>9,}",
            f"Conflicts opened     {self.conflicts:>9,}",
            f"Confirmed again      {self.reconfirmed:>9,}  (the same in a later edition)",
            f"No longer named      {self.missing:>9,}  (flagged, not deleted)",
            f"Without a position   {self.without_point:>9,}  (found by state, not by distance)",
            f"Out of scope         {self.out_of_scope.total():>9,}",
            *(f"    {count:>7,}  {reason}" for reason, count in self.out_of_scope.most_common()),
            f"Quarantined          {self.quarantined_rows:>9,}",
            *(f"    line {row}: {reason}" for row, reason in self.quarantined),
            f"Codes not mapped     {self.not_mapped.total():>9,}  (on purpose, see the crosswalk)",
            f"Codes never seen     {self.unknown_codes.total():>9,}",
            *(f"    {count:>7,}  {code}" for code, count in self.unknown_codes.most_common(20)),
        ]
        if self.notes:
            lines.append(f"Notes                {self.notes.total():>9,}")
            lines += [f"    {count:>7,}  {note}" for note, count in self.notes.most_common(20)]
        if self.stopped:
            lines += ["", clean(self.stopped)]
        return lines


def _shortened(counter: Counter[str]) -> dict[str, int]:
    """The most frequent ones, and the sum of the others: the total stays true."""
    named = dict(counter.most_common(LISTED))
    if rest := counter.total() - sum(named.values()):
        named[OTHERS] = named.get(OTHERS, 0) + rest
    return named


def from_saved(values: dict[str, Any]) -> Report:
    """A report as it was saved, to be gone on with."""
    report = Report(**values)
    for name in _COUNTED:
        setattr(report, name, Counter(getattr(report, name)))
    return report
