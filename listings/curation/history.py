"""Writes the one history of public things, as a hash chain.

Each event's digest is SHA-256 over the digest before it and the event itself, so that a changed,
removed or inserted event shows. The catalogue's row is locked while events are written (see
models.catalogue), so the chain has one order.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from listings.models import Catalogue, ImportRun, Listing, ReviewEvent

Changes = dict[str, list[Any]]
"""field → [from, to]; facts stand as ``fact:CODE``."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, before it has its place in the chain."""

    action: str
    via: str
    listing: Listing | None = None
    subject: str = ""
    changes: Changes = field(default_factory=dict)
    reason: str = ""
    by: AbstractBaseUser | None = None
    run: ImportRun | None = None


def record(catalogue: Catalogue, events: Iterable[Event]) -> None:
    """Append events to the chain; ``catalogue`` is the row just locked by ``next_version``."""
    now = timezone.now()
    previous = catalogue.chain_head
    rows = []
    for event in events:
        row = _row(event, now, catalogue.version, previous)
        rows.append(row)
        previous = row.digest
    ReviewEvent.objects.bulk_create(rows, batch_size=500)
    Catalogue.objects.filter(pk=1).update(chain_head=previous)
    catalogue.chain_head = previous


def digest(row: ReviewEvent, listing_id: str) -> str:
    """The SHA-256 that belongs to an event, in hexadecimal."""
    body = [
        row.previous, listing_id, row.subject, row.action, row.changes, row.reason, row.via,
        row.by_id, row.run_id, row.at.astimezone(dt.UTC).isoformat(), row.version,
    ]  # fmt: skip
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(event: Event, at: dt.datetime, version: int, previous: str) -> ReviewEvent:
    row = ReviewEvent(
        listing=event.listing,
        subject=event.subject or str(event.listing or "")[:120],
        action=event.action,
        changes=event.changes,
        reason=event.reason,
        via=event.via,
        by_id=event.by.pk if event.by else None,
        run=event.run,
        at=at,
        version=version,
        previous=previous,
    )
    row.digest = digest(row, str(event.listing.public_id) if event.listing else "")
    return row
