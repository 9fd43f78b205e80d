"""Listings with all that hangs on them. What is saved here goes through curation.actions."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse

from listings.admin.base import Kept, form_changes
from listings.admin.forms import ListingForm
from listings.admin.inlines import (
    FactInline,
    IdentifierInline,
    MeetingInline,
    OpeningInline,
    PhoneInline,
)
from listings.admin.trace import differences, parts
from listings.curation import actions, position
from listings.geocoding.errors import GeocodingError
from listings.models import Listing
from listings.taxonomy import terms
from listings.values.phone import PhoneError, parse_phone

_REASON: Final = "Changed in the admin."
_DOORS: Final = ("detox", "inpatient", "outpatient", "family-support")
_MOST_AT_ONCE: Final = 25
_PUBLISHABLE: Final = {
    Listing.Status.DRAFT, Listing.Status.NEEDS_CHECK, Listing.Status.ASSIGNED,
    Listing.Status.SUBMITTED, Listing.Status.TEMPORARILY_CLOSED, Listing.Status.CLOSED,
}  # fmt: skip
"""What was merged or is not to be listed does not come back by a tick in a list."""


@admin.register(Listing)
class ListingAdmin(Kept):
    form = ListingForm
    list_display = [
        "name", "second_name", "city", "region", "types", "status", "unverified", "source",
        "checked_at", "last_seen_on",
    ]  # fmt: skip
    list_filter = ["status", "unverified", "online_only", "precision", "source", "region"]
    list_select_related = ["source"]
    search_fields = ["name", "second_name", "city", "postcode", "phones__number"]
    search_help_text = "Name, town, postcode or telephone, however it is written."
    show_full_result_count = False
    list_per_page = 50
    actions = ["publish", "close_for_now", "close", "do_not_list"]
    autocomplete_fields = ["provider", "source"]
    inlines = [PhoneInline, FactInline, MeetingInline, OpeningInline, IdentifierInline]
    readonly_fields = [
        "public_id", "status", "status_reason", "merged_into", "unverified", "checked_at",
        "checked_by", "last_seen_on", "packed", "version",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": [
            "name", "second_name", "provider", "description", "language", "source", "status",
            "status_reason", "merged_into", "unverified",
        ]}),
        ("Where", {"fields": [
            "street", "city", "region", "postcode", "country", "address_withheld", "latitude",
            "longitude", "precision", "online_only", "timezone",
        ]}),
        ("How to reach it", {"fields": ["website", "email", "opening_hours", "who_answers"]}),
        ("How it is known", {"fields": [
            "checked_at", "checked_by", "last_seen_on", "locked_fields", "public_id", "packed",
            "version", "seen_version",
        ]}),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Listing | None = None) -> list[str]:
        # A made-up listing never becomes a real source's, nor one source's word another's.
        told = obj is not None and obj.source_id is not None
        return [*self.readonly_fields, "source"] if told else self.readonly_fields

    @admin.display(description="types of help")
    def types(self, listing: Listing) -> str:
        word = int.from_bytes(bytes(listing.yes_bits), "little")
        return ", ".join(code for code in _DOORS if word >> terms()[code].bit & 1) or "–"

    @admin.display(description="packed row")
    def packed(self, listing: Listing) -> str:
        words = (listing.yes_bits, listing.no_bits)
        yes, no = (int.from_bytes(bytes(word), "little").bit_count() for word in words)
        return f"{yes} yes, {no} no"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Listing], search_term: str
    ) -> tuple[QuerySet[Listing], bool]:
        try:
            number = parse_phone(search_term).number if search_term else ""
        except PhoneError:
            number = ""
        return super().get_search_results(
            request, queryset, number if number.startswith("+") else search_term
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST":
            self._ask_ahead(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    @staticmethod
    def _ask_ahead(request: HttpRequest) -> None:
        """Ask the online geocoder, if there is one, before the transaction that holds the lock."""
        try:
            position.look_up(*(request.POST.get(name, "") for name in position.ADDRESS))
        except GeocodingError as error:
            messages.warning(request, str(error))

    def save_model(
        self, request: HttpRequest, obj: Listing, form: "ModelForm[Any]", change: bool
    ) -> None:
        actions.take_turn()
        # A listing that is here already is saved by record_change, with its parts and version.
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formsets: "Sequence[BaseModelFormSet[Any, Any]]",
        change: bool,
    ) -> None:
        if {*position.ADDRESS} & {*form.changed_data} and not {*position.POINT} & {
            *form.changed_data
        }:
            self._follow_address(form.instance)
        before = parts(form.instance)
        super().save_related(request, form, formsets, change)
        changes = form_changes(form) | differences(before, parts(form.instance))
        actions.record_change(
            form.instance,
            by=request.user,  # type: ignore[arg-type]
            changes=changes,
            reason=_REASON if change else "Added in the admin.",
            via="admin",
        )

    @staticmethod
    def _follow_address(listing: Listing) -> None:
        """A new address without a new point: the old point would be untrue."""
        address = [getattr(listing, name) for name in position.ADDRESS]
        try:
            found = position.look_up(*address)
        except GeocodingError:  # said by _ask_ahead
            found = None
        for name, value in (found or position.by_address(*address)).items():
            setattr(listing, name, value)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._set_status(request, queryset, Listing.Status.PUBLISHED)

    @admin.action(description="Mark as temporarily closed", permissions=["change"])
    def close_for_now(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._set_status(request, queryset, Listing.Status.TEMPORARILY_CLOSED)

    @admin.action(description="Mark as closed", permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._set_status(request, queryset, Listing.Status.CLOSED)

    @admin.action(description="Do not list", permissions=["change"])
    def do_not_list(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._set_status(request, queryset, Listing.Status.DO_NOT_LIST)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Listing], status: Listing.Status
    ) -> None:
        if (count := queryset.count()) > _MOST_AT_ONCE:
            messages.error(
                request,
                f"Nothing was changed: {count:,} listings are chosen, and more than"
                f" {_MOST_AT_ONCE} need a second person; choose fewer.",
            )
            return
        done, left_out = 0, []
        for listing in queryset:
            if listing.status not in _from(status):
                left_out.append(f"{listing} ({listing.get_status_display()})")
                continue
            try:
                actions.set_status(
                    listing,
                    status,
                    by=request.user,  # type: ignore[arg-type]
                    reason=f"{status.label.capitalize()}, said in the admin.",
                    via="admin",
                )
            except actions.Refused as refusal:
                messages.error(request, f"{listing}: {refusal}")
            else:
                done += 1
        messages.success(request, f"{done} listings are now “{status.label}”.")
        if left_out:
            messages.warning(request, f"Left out: {'; '.join(left_out)}.")


def _from(status: Listing.Status) -> set[Listing.Status]:
    """From where listings may be moved to a status in the list."""
    if status == Listing.Status.PUBLISHED:
        return _PUBLISHABLE
    if status == Listing.Status.TEMPORARILY_CLOSED:
        return {Listing.Status.PUBLISHED}
    return {*Listing.Status} - {status, Listing.Status.MERGED}
