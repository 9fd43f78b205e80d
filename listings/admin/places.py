"""The gazetteer: loaded from files, looked at here."""

from django.contrib import admin

from listings.admin.base import ReadOnly
from listings.models import Place, PlaceName, PlaceSet


class PlaceNameInline(admin.TabularInline):  # type: ignore[type-arg]
    """A place's other names."""

    model = PlaceName
    extra = 0
    can_delete = False


@admin.register(Place)
class PlaceAdmin(ReadOnly):
    list_display = ["name", "kind", "region_code", "country", "population", "slug", "source"]
    list_filter = ["kind", "precision", "source"]
    search_fields = ["name_folded__startswith", "slug__startswith", "postcode__startswith"]
    search_help_text = "The beginning of a name in small letters, of a slug or of a postcode."
    # A quarter of a million rows: no sorting and no second count.
    ordering = ["pk"]
    show_full_result_count = False
    inlines = [PlaceNameInline]


@admin.register(PlaceName)
class PlaceNameAdmin(ReadOnly):
    list_display = ["name", "place"]
    list_select_related = ["place"]
    search_fields = ["name_folded__startswith"]
    search_help_text = "The beginning of a name in small letters."
    ordering = ["pk"]
    show_full_result_count = False


@admin.register(PlaceSet)
class PlaceSetAdmin(ReadOnly):
    list_display = ["name", "row_count", "loaded_at", "content_hash"]
