"""The parts of a listing on its page."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from listings.admin.fields import Typed
from listings.admin.forms import PhoneForm
from listings.admin.trace import CuratedFormSet
from listings.models import Fact, ListingIdentifier, Meeting, Opening, Phone

MOST_ROWS: Final = 400
"""Of one kind on one page: more than there are terms, few enough to build for any request."""


class PartInline(Typed, admin.TabularInline):  # type: ignore[type-arg]
    """Who may change a listing may change, add and take away its parts."""

    extra = 0
    max_num = MOST_ROWS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("listings.view_listing") or self._may_change(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request)

    def _may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm("listings.change_listing")


class PhoneInline(PartInline):
    """Telephone numbers."""

    model = Phone
    form = PhoneForm
    formset = CuratedFormSet
    fields = ["number", "extension", "role", "source", "method", "as_of", "checked_at"]
    readonly_fields = ["source", "method", "checked_at"]


class FactInline(PartInline):
    """Facts. To take one away makes it not known."""

    model = Fact
    formset = CuratedFormSet
    fields = ["term", "value", "degree", "locked", "source", "method", "as_of", "checked_at"]
    readonly_fields = ["source", "method", "checked_at"]
    autocomplete_fields = ["term"]
    verbose_name_plural = "facts (take one away to make it not known)"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        facts = super().get_queryset(request).select_related("term", "source")
        return facts.order_by("term__facet", "term__order", "term__code")


class MeetingInline(PartInline):
    """Weekly meetings."""

    model = Meeting
    formset = CuratedFormSet
    fields = [
        "name", "weekday", "start", "duration_minutes", "timezone", "attendance", "online_url",
        "dial_in", "notes", "source",
    ]  # fmt: skip
    readonly_fields = ["source"]


class OpeningInline(PartInline):
    """Openings. An expired one counts as not known."""

    model = Opening
    formset = CuratedFormSet
    fields = ["state", "wait_days", "as_of", "expires_at", "source"]
    readonly_fields = ["source"]


class IdentifierInline(admin.TabularInline):  # type: ignore[type-arg]
    """Which sources name the listing."""

    model = ListingIdentifier
    extra = 0
    can_delete = False
    readonly_fields = ["source", "external_id", "matched_by", "missing_since"]
    fields = ["source", "external_id", "matched_by", "missing_since"]
    verbose_name_plural = "sources that name it"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListingIdentifier]:
        return super().get_queryset(request).select_related("source")
