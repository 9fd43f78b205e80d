"""What the subjects share: what nobody may do, and how a change leaves its trace."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from listings.admin.fields import Typed
from listings.curation import actions
from listings.curation.history import Changes


class Kept(Typed, admin.ModelAdmin):  # type: ignore[type-arg]
    """Never deleted: what is public is withdrawn, closed or retired, and keeps its history."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # A pattern in an address can keep the database busy for minutes.
        if {"regex", "iregex"} & {*lookup.split("__")}:
            return False
        return super().lookup_allowed(lookup, value, request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            # Choices that were sent are looked up when the page is made, not when it is checked.
            return response.render() if isinstance(response, TemplateResponse) else response
        except actions.Refused as refusal:  # here and below the transaction was rolled back
            messages.error(request, str(refusal))
            return redirect(request.path)
        except (IntegrityError, OverflowError):
            if request.method != "POST" and not request.GET:
                raise  # not for what was sent; the redirect would lead back here
            messages.error(
                request,
                "Nothing was saved: what was sent contradicts what is here already, or holds a"
                " number that is too large. Open the page again and make your change there.",
            )
            return redirect(request.path)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Kept):
    """Seen here, written elsewhere: by imports, by loading files or by the history itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PublicAdmin(Kept):
    """A public thing that is not a listing: saved under a new version, with one event."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool
    ) -> None:
        changes = form_changes(form)
        if change and not changes:
            return
        actions.save_public(
            obj,
            by=request.user,  # type: ignore[arg-type]
            changes=changes,
            via="admin",
            action=f"{obj._meta.verbose_name} {'changed' if change else 'added'}",
        )


def form_changes(form: "ModelForm[Any]") -> Changes:
    """What a form changed: field → [from, to], as plain values."""
    values = {
        name: [plain(form.get_initial_for_field(form.fields[name], name)), plain(new(form, name))]
        for name in form.changed_data
        if name in form.cleaned_data
    }
    # A field whose default is a function counts as changed when a browser leaves its initial out.
    return {name: [old, now] for name, (old, now) in values.items() if old != now}


def new(form: "ModelForm[Any]", name: str) -> Any:
    """A cleaned value; related rows by their key, as the form's initial values name them."""
    value = form.cleaned_data[name]
    return value.pk if isinstance(value, models.Model) else value


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def table(rows: Iterable[tuple[str, Any]]) -> SafeString:
    """Name and value, row by row, escaped; nested values as lists and tables of their own."""
    words = ((name.replace("_", " "), shown(value)) for name, value in rows)
    cells = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", words)
    return format_html("<table>{}</table>", cells)


def shown(value: Any) -> Any:
    """A JSON value for people."""
    match value:
        case dict():
            return table((str(name), inner) for name, inner in value.items()) if value else "–"
        case list():
            items = format_html_join("", "<li>{}</li>", ((shown(one),) for one in value))
            return format_html("<ul>{}</ul>", items) if value else "–"
        case None | "":
            return "–"
        case True:
            return "yes"
        case False:
            return "no"
        case int():
            return f"{value:,}"
    return value
