"""What a curator's hand leaves on a listing's parts: whose word it is, and what it was before."""

from typing import Any

from django.forms import BaseInlineFormSet, ModelForm
from django.utils import timezone

from listings.admin.base import plain
from listings.curation.history import Changes
from listings.models import Fact, Listing, Meeting, Opening, Phone, Source

CURATORS = "curators"
_OPENING = ("state", "wait_days", "as_of", "expires_at")


def curators_source() -> Source:
    """The source of what curators enter: this directory's own people."""
    source, _ = Source.objects.get_or_create(
        code=CURATORS,
        defaults={"name": "Curators of this directory", "policy": Source.Policy.UNTRUSTED},
    )
    return source


class CuratedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows entered or changed by hand carry the curators' name, not the old source's."""

    def save_new(self, form: "ModelForm[Any]", commit: bool = True) -> Any:
        """A new row, signed."""
        sign(form)
        return super().save_new(form, commit)

    def save_existing(self, form: "ModelForm[Any]", obj: Any, commit: bool = True) -> Any:
        """A changed row, signed. Locking a fact says nothing about it, so its source stays."""
        if set(form.changed_data) - {"locked"}:
            sign(form)
        return super().save_existing(form, obj, commit)


def sign(form: "ModelForm[Any]") -> None:
    """Put source, method and date on a row; a date that was typed stays."""
    row = form.instance
    row.source = curators_source()
    if isinstance(row, Fact | Phone):
        row.method = row.Method.CURATOR
    if not isinstance(row, Opening) and "as_of" not in form.changed_data:
        row.as_of = timezone.localdate()


def parts(listing: Listing) -> dict[str, Any]:
    """A listing's facts, telephones, meetings and openings as plain values, by name."""
    said: dict[str, Any] = {
        "phones": [list(row) for row in listing.phones.values_list("number", "extension", "role")],
        "meetings": [_plain(row) for row in listing.meetings.values(*Meeting.CONTENT)],
        "openings": [_plain(row) for row in listing.openings.values(*_OPENING)],
    }
    for fact in listing.facts.select_related("term"):
        name = f"fact:{fact.term.code}"
        said[name] = fact.said
        said[f"{name} as_of"] = plain(fact.as_of)
        said[f"{name} locked"] = fact.locked
    return said


def differences(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """What differs between two such descriptions: name → [from, to]."""
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items()}
