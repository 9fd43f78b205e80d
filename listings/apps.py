"""The one Django app of this project."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    """Listings of treatment and family support, and all that keeps them true."""

    name = "listings"
    verbose_name = "Directory"
    default_auto_field = "django.db.models.BigAutoField"
