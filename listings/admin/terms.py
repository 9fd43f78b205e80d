"""Terms: the files own them; curators may give another label, help text or order."""

from django.contrib import admin
from django.http import HttpRequest

from listings.admin.base import PublicAdmin
from listings.models import Term

FROM_FILES = [
    "code", "facet", "bit", "parent", "label", "help_text", "order", "safety_rule", "filterable",
    "retired",
]  # fmt: skip
OVERLAY = ["label_override", "help_override", "order_override"]


@admin.register(Term)
class TermAdmin(PublicAdmin):
    list_display = ["shown_label", "facet", "code", "bit", "filterable", "retired", *OVERLAY[:1]]
    list_filter = ["facet", "filterable", "retired"]
    search_fields = ["code", "label", "label_override", "help_text"]
    list_per_page = 330
    fields = [*FROM_FILES, *OVERLAY]
    readonly_fields = FROM_FILES

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
