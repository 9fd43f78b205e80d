"""Sources, and their records word for word."""

import json

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from listings.admin.base import PublicAdmin, ReadOnly
from listings.models import ListingIdentifier, Source, SourceRecord


@admin.register(Source)
class SourceAdmin(PublicAdmin):
    list_display = ["name", "code", "policy", "licence", "is_demo"]
    list_filter = ["policy", "is_demo"]
    search_fields = ["name", "code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Who may add a source chooses whose word is trusted.
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        # What is a demonstration never becomes real, whoever asks. Imports find their source by
        # its code, and trust it by its policy.
        return ["is_demo"] if request.user.is_superuser else ["code", "policy", "is_demo"]


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnly):
    list_display = ["external_id", "source", "first_run", "content_hash"]
    list_filter = ["source"]
    list_select_related = ["source", "first_run__source"]
    search_fields = ["external_id", "content_hash"]
    show_full_result_count = False
    fields = ["source", "external_id", "content_hash", "first_run", "as_published", "as_read"]
    readonly_fields = ["as_published", "as_read"]

    @admin.display(description="as published")
    def as_published(self, record: SourceRecord) -> SafeString:
        return _pretty(record.raw)

    @admin.display(description="as read")
    def as_read(self, record: SourceRecord) -> SafeString:
        return _pretty(record.values)


@admin.register(ListingIdentifier)
class ListingIdentifierAdmin(ReadOnly):
    list_display = ["external_id", "source", "listing", "matched_by", "missing_since"]
    list_filter = ["source", ("missing_since", admin.EmptyFieldListFilter), "matched_by"]
    list_select_related = ["source", "listing"]
    search_fields = ["external_id", "listing__name", "listing__city"]
    show_full_result_count = False


def _pretty(value: object) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))
