"""The only writers of public state: every change in one transaction with its version and event."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from listings.curation import history, packing
from listings.curation.history import Changes, Event
from listings.models import Catalogue, HelpLine, Listing, Term
from listings.taxonomy import TermSpec, terms


class Refused(Exception):
    """The change is not allowed; the message says why and what to do."""


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
def load_terms(*, via: str = "command") -> tuple[int, int, int]:
    """Write the taxonomy files into Term; a curator's overlay stays as it is.

    Returns how many terms are new, changed and the same. Terms that left the files are retired,
    never deleted, and their bits never given again.
    """
    known = {term.code: term for term in Term.objects.all()}
    specs = terms()
    fresh = [_term(spec) for code, spec in specs.items() if code not in known]
    changed = [
        known[code] for code, spec in specs.items() if code in known and _differs(known[code], spec)
    ]
    holders = {term.bit: code for code, term in known.items()}
    for term in fresh:
        if term.bit in holders:
            raise Refused(
                f"The taxonomy gives “{term.code}” bit {term.bit}, which “{holders[term.bit]}” has"
                " or had. A bit is never given twice: take the next free one."
            )
    gone = [term for code, term in known.items() if code not in specs and not term.retired]
    for term in gone:
        term.retired = True
    if fresh or changed or gone:
        _write_terms(fresh, [*changed, *gone], specs, via)
    return len(fresh), len(changed) + len(gone), len(specs) - len(fresh) - len(changed)


_FROM_FILES = (
    "facet",
    "bit",
    "label",
    "help_text",
    "order",
    "safety_rule",
    "filterable",
    "retired",
)


def _values(spec: TermSpec) -> dict[str, object]:
    return {
        "facet": spec.facet,
        "bit": spec.bit,
        "label": spec.label,
        "help_text": spec.help,
        "order": spec.order,
        "safety_rule": spec.safety_rule,
        "filterable": spec.filterable,
        "retired": False,
    }


def _term(spec: TermSpec) -> Term:
    return Term(code=spec.code, **_values(spec))


def _differs(term: Term, spec: TermSpec) -> bool:
    """Bring a term up to its file; True when anything had to change.

    Raises Refused when a file gives a term another facet or bit: packed rows would lie.
    """
    parent = term.parent.code if term.parent else ""
    values = _values(spec)
    if (term.facet, term.bit) != (spec.facet, spec.bit):
        raise Refused(
            f"The taxonomy gives “{spec.code}” facet {spec.facet} and bit {spec.bit}, but it has"
            f" {term.facet} and {term.bit}. Give a new code a new bit instead."
        )
    if parent == spec.parent and all(getattr(term, name) == values[name] for name in values):
        return False
    for name, value in values.items():
        setattr(term, name, value)
    return True


def _write_terms(
    fresh: Sequence[Term], changed: Sequence[Term], specs: Mapping[str, TermSpec], via: str
) -> None:
    catalogue = Catalogue.objects.next_version()
    for term in [*fresh, *changed]:
        term.version = catalogue.version
    Term.objects.bulk_create(fresh)
    Term.objects.bulk_update(changed, [*_FROM_FILES, "version"])
    ids = dict(Term.objects.values_list("code", "pk"))
    children = [term for term in [*fresh, *changed] if term.code in specs]
    for term in children:
        term.pk = ids[term.code]
        term.parent_id = ids.get(specs[term.code].parent)
    Term.objects.bulk_update(children, ["parent"])
    summary = f"{len(fresh)} new, {len(changed)} changed"
    history.record(catalogue, [Event("taxonomy loaded", via, subject="taxonomy", reason=summary)])


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
