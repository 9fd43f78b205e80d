"""Conflicts and suggestions: what waits for a curator."""

from django.contrib import admin

from listings.admin.base import ReadOnly
from listings.models import Conflict, Suggestion


@admin.register(Conflict)
class ConflictAdmin(ReadOnly):
    list_display = ["listing", "field", "ours", "theirs", "source", "status", "opened_at"]
    list_filter = ["status", "source"]
    list_select_related = ["listing", "source"]
    search_fields = ["listing__name", "listing__city", "field"]
    date_hierarchy = "opened_at"
    exclude = ["theirs_hash"]


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnly):
    list_display = ["kind", "listing", "field", "status", "sent_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["listing"]
    search_fields = ["listing__name", "text"]
    date_hierarchy = "sent_at"
