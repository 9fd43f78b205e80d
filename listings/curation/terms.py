"""Writes the taxonomy files into the table of terms."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from listings.curation import history
from listings.curation.actions import Refused
from listings.curation.history import Event
from listings.models import Catalogue, Term
from listings.taxonomy import TermSpec, terms


@transaction.atomic
def load_terms(*, via: str = "command") -> tuple[int, int, int]:
    """Write the taxonomy files into Term; a curator's overlay stays as it is.

    Returns how many terms are new, changed and the same. Terms that left the files are retired,
    never deleted, and their bits never given again.
    """
    known = {term.code: term for term in Term.objects.select_related("parent")}
    specs = terms()
    fresh = [_term(spec) for code, spec in specs.items() if code not in known]
    changed = [
        known[code]
        for code, spec in specs.items()
        if code in known and _bring_up_to_date(known[code], spec)
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


_FROM_FILES = (
    "facet", "bit", "label", "help_text", "order", "safety_rule", "filterable", "retired",
)  # fmt: skip


def _term(spec: TermSpec) -> Term:
    return Term(code=spec.code, **_values(spec))


def _bring_up_to_date(term: Term, spec: TermSpec) -> bool:
    """Give a term what its file says; True when anything had to change.

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
