"""The only writers of public state: every change in one transaction with its version and event."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from listings.curation import history, packing, position
from listings.curation.history import Changes, Event
from listings.models import Catalogue, HelpLine, Listing, Opening, Provider, Source, Term
from listings.values.address import name_key


class Refused(Exception):
    """The change is not allowed; the message says why and what to do."""


def take_turn() -> None:
    """Hold the catalogue's row, in a transaction that is going to write by hand.

    Whoever writes rows first and takes the lock after them may wait for an import that waits for
    those rows. On SQLite the transaction itself is the lock.
    """
    Catalogue.objects.select_for_update().get(pk=1)


@transaction.atomic
def record_change(
    listing: Listing, *, by: AbstractBaseUser | None, changes: Changes, reason: str, via: str
) -> None:
    """Stamp a listing that was just changed by hand: keys, packed row, version, one event.

    Call it in the transaction that made the change. The listing's fields are saved here.
    Raises Refused when the listing was changed since it was loaded: what came in between, an
    import's or another curator's work, would be overwritten.
    """
    if not changes:
        return
    catalogue = Catalogue.objects.next_version()
    if Listing.objects.filter(pk=listing.pk).exclude(version=listing.version).exists():
        raise Refused(
            f"{listing} was changed by someone else, or by an import, while you edited it."
            " Nothing was saved. Load it again and make your change there."
        )
    position.blur(listing)
    packing.repack([listing])
    listing.version = catalogue.version
    listing.save()
    history.record(
        catalogue,
        [Event("changed", via, listing=listing, changes=changes, reason=reason, by=by)],
    )


@transaction.atomic
def set_status(
    listing: Listing, status: str, *, by: AbstractBaseUser | None, reason: str, via: str
) -> None:
    """Move a listing to another status. Raises Refused for what must never be public."""
    public = {Listing.Status.PUBLISHED, Listing.Status.TEMPORARILY_CLOSED}
    if status in public and listing.source is None:
        raise Refused("A listing needs a source before it can be published.")
    catalogue = Catalogue.objects.next_version()
    before = Listing.objects.values_list("status", flat=True).get(pk=listing.pk)
    listing.status = status
    listing.status_reason = reason[:300]
    listing.version = catalogue.version
    # Only these: the rest may have been changed since the listing was loaded.
    listing.save(update_fields=["status", "status_reason", "version"])
    change: Changes = {"status": [before, status]}
    history.record(
        catalogue,
        [Event("status", via, listing=listing, changes=change, reason=reason, by=by)],
    )


@transaction.atomic
def save_public(
    thing: Model, *, by: AbstractBaseUser | None, changes: Changes, via: str, action: str
) -> None:
    """Save a term, provider or source that was changed by hand: new version, one event.

    Listings whose pages show a provider's name are stamped with it.
    """
    catalogue = Catalogue.objects.next_version()
    match thing:
        case Term():
            thing.version = catalogue.version
        case Provider():
            thing.name_key = name_key(thing.name)
            if thing.pk:
                Listing.objects.filter(provider=thing).update(version=catalogue.version)
    thing.save()
    subject = str(thing)[:120]
    history.record(catalogue, [Event(action, via, subject=subject, changes=changes, by=by)])


@transaction.atomic
def give_openings(
    source: Source, states: Mapping[int, str], *, hold: dt.timedelta, wait_days: int, via: str
) -> None:
    """Replace a source's openings, by listing key, by these from now on; one event for all.

    ``wait_days`` goes with a waiting list. Each expires to not known after ``hold``.
    """
    now = timezone.now()
    catalogue = Catalogue.objects.next_version()
    before = Opening.objects.filter(source=source)
    affected = {*states, *before.values_list("listing_id", flat=True)}
    before.delete()
    Opening.objects.bulk_create(
        Opening(
            listing_id=listing_id,
            state=state,
            wait_days=wait_days if state == Opening.State.WAITING_LIST else None,
            source=source,
            as_of=now,
            expires_at=now + hold,
        )
        for listing_id, state in states.items()
    )
    Listing.objects.filter(pk__in=affected).update(version=catalogue.version)
    reason = f"{len(states)} openings"
    history.record(catalogue, [Event("openings given", via, subject=source.name, reason=reason)])


@transaction.atomic
def save_help_lines(lines: Iterable[HelpLine], *, via: str, by: AbstractBaseUser | None) -> None:
    """Save new or changed help lines under one new version, with one event each.

    The event holds every field that changed; of a new line, every field that it fills in.
    """
    catalogue = Catalogue.objects.next_version()
    events = []
    for line in lines:
        before = _said(HelpLine.objects.filter(pk=line.pk).first() or HelpLine())
        line.version = catalogue.version
        line.save()
        changes: Changes = {
            name: [before[name], now] for name, now in _said(line).items() if now != before[name]
        }
        events.append(Event("help line saved", via, subject=line.code, changes=changes, by=by))
    history.record(catalogue, events)


def _said(line: HelpLine) -> dict[str, Any]:
    """A help line's columns as JSON keeps them, but for its key and version."""
    said = {field.name: field.value_from_object(line) for field in HelpLine._meta.concrete_fields}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in said.items()
        if name not in {"id", "version"}
    }
