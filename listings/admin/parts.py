"""What hangs on listings, as lists of its own; it is changed on the listing's page."""

from django.contrib import admin

from listings.admin.base import ReadOnly
from listings.models import Fact, Meeting, Opening, Phone


@admin.register(Fact)
class FactAdmin(ReadOnly):
    list_display = [
        "listing", "term", "value", "degree", "source", "method", "as_of", "checked_at", "locked",
    ]  # fmt: skip
    list_filter = ["value", "degree", "method", "locked", "term__facet", "source"]
    list_select_related = ["listing", "term", "source"]
    search_fields = ["listing__name", "term__code", "term__label"]
    show_full_result_count = False


@admin.register(Phone)
class PhoneAdmin(ReadOnly):
    list_display = ["number", "extension", "role", "listing", "source", "method", "as_of"]
    list_filter = ["role", "method", "source"]
    list_select_related = ["listing", "source"]
    search_fields = ["number", "listing__name"]
    search_help_text = "Digits as in +18605550100, or the name of the listing."
    show_full_result_count = False


@admin.register(Meeting)
class MeetingAdmin(ReadOnly):
    list_display = ["listing", "name", "weekday", "start", "timezone", "attendance", "source"]
    list_filter = ["attendance", "weekday", "source"]
    list_select_related = ["listing", "source"]
    search_fields = ["listing__name", "name"]
    show_full_result_count = False


@admin.register(Opening)
class OpeningAdmin(ReadOnly):
    list_display = ["listing", "state", "wait_days", "as_of", "expires_at", "source"]
    list_filter = ["state", "source"]
    list_select_related = ["listing", "source"]
    search_fields = ["listing__name"]
    show_full_result_count = False
