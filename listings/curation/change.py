"""One record's outcome, ready to be written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from listings.curation.plan import Plan
from listings.models import Conflict, Fact, Listing, ListingIdentifier, Phone, Source, SourceRecord


@dataclass(slots=True)
class Change:
    """One record's outcome. ``listing`` is unsaved for a new one."""

    listing: Listing
    plan: Plan
    record: SourceRecord
    identifier: ListingIdentifier
    attributes: dict[str, Any] = field(default_factory=dict)
    provider: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    phones: list[Phone] = field(default_factory=list)
    holders: dict[str, tuple[Source, dt.date | None]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether the listing is made by this change."""
        return self.listing.pk is None
