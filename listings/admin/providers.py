"""Providers."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from listings.admin.base import PublicAdmin
from listings.models import Provider


@admin.register(Provider)
class ProviderAdmin(PublicAdmin):
    list_display = ["name", "region", "country", "listing_count"]
    list_filter = ["country", "region"]
    search_fields = ["name", "website"]
    show_full_result_count = False
    readonly_fields = ["public_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        found: QuerySet[Provider] = super().get_queryset(request)
        return found.annotate(how_many=Count("listings"))

    @admin.display(description="listings", ordering="how_many")
    def listing_count(self, provider: Any) -> int:
        return int(provider.how_many)
