"""What is to be done with one listing: worked out without any lock, written whole with it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A conflict to open: ``field`` is a field's name, ``phones:ROLE`` or ``fact:CODE``."""

    field: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(slots=True)
class Plan:
    """What to do with one listing, and what a curator must decide."""

    fields: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    set_facts: dict[str, str] = field(default_factory=dict)
    drop_facts: set[str] = field(default_factory=set)
    hand_over: dict[str, tuple[str, str]] = field(default_factory=dict)
    add_phones: list[tuple[str, str, str]] = field(default_factory=list)
    drop_phones: list[tuple[str, str]] = field(default_factory=list)
    meetings: list[dict[str, Any]] | None = None
    conflicts: list[Disagreement] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        """Whether the public would see a difference."""
        parts = (self.fields, self.set_facts, self.drop_facts, self.hand_over)
        phones = (self.add_phones, self.drop_phones)
        return any(parts) or any(phones) or self.meetings is not None
