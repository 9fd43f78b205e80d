"""The history of public things: read, never written here."""

from django.contrib import admin
from django.utils.safestring import SafeString

from listings.admin.base import ReadOnly, table
from listings.models import ReviewEvent


@admin.register(ReviewEvent)
class ReviewEventAdmin(ReadOnly):
    list_display = ["at", "action", "subject", "via", "by", "reason", "version"]
    list_filter = ["via", "action"]
    search_fields = ["subject", "reason", "listing__name", "digest"]
    search_help_text = "Subject, reason, name of the listing or digest."
    list_select_related = ["by"]
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "at", "action", "listing", "subject", "what_changed", "reason", "via", "by", "run",
        "version", "previous", "digest",
    ]  # fmt: skip
    readonly_fields = ["what_changed"]

    @admin.display(description="from → to")
    def what_changed(self, event: ReviewEvent) -> SafeString:
        return table(
            (name, {"from": before, "to": after}) for name, (before, after) in event.changes.items()
        )
