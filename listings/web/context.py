"""What every page's template may use."""

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from listings.models import HelpLine
from listings.web.asked_index import known_stamp
from listings.web.form_token import make_token
from listings.web.help_lines import help_lines, help_lines_at


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, whether made-up listings are shown, help lines and a form token.

    Lines and token are made when a template first uses them; a page without them pays nothing.
    """

    @cache
    def lines() -> list[HelpLine]:
        stamp = known_stamp(request)
        if stamp is None:
            return help_lines(settings.HOME_COUNTRY)
        return help_lines_at(stamp, settings.HOME_COUNTRY)

    return {
        "site_name": settings.SITE_NAME,
        "demo": settings.DIRECTORY_DEMO,
        "home_country": settings.HOME_COUNTRY,
        "help_lines": lines,
        "search_token": partial(make_token, "search"),
    }
