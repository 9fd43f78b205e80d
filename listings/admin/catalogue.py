"""The catalogue's one row."""

from django.contrib import admin

from listings.admin.base import ReadOnly
from listings.models import Catalogue


@admin.register(Catalogue)
class CatalogueAdmin(ReadOnly):
    list_display = ["version", "epoch", "chain_head"]
