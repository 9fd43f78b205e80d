"""What every page's template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from listings.models import HelpLine


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, whether made-up listings are shown, and the home country's help lines."""
    return {
        "site_name": settings.SITE_NAME,
        "demo": settings.DIRECTORY_DEMO,
        "help_lines": HelpLine.objects.of_country(settings.HOME_COUNTRY),
    }
