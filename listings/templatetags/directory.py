"""Filters and tags of the public pages."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from listings.models import Listing

register = template.Library()

_DAYS = {
    "Mo": "Monday", "Tu": "Tuesday", "We": "Wednesday", "Th": "Thursday", "Fr": "Friday",
    "Sa": "Saturday", "Su": "Sunday", "PH": "public holidays",
}  # fmt: skip
_DAY = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b")
_RANGE = re.compile(r"(?<=\w)-(?=\w)")
_SEPARATOR = re.compile(r"\s*[;,]\s*")


@register.filter
def measured_to(listing: Listing) -> str:
    """What a distance was measured to, where that is not the door itself; else nothing."""
    if listing.address_withheld:
        return _("to the middle of its area")
    match listing.precision:
        case Listing.Precision.POSTCODE:
            kind = _("ZIP code") if listing.country == "US" else _("postcode")
            return _("to the middle of %(kind)s %(code)s") % {
                "kind": kind,
                "code": listing.postcode,
            }
        case Listing.Precision.PREFIX:
            return _("to the middle of a wide postcode area")
        case Listing.Precision.TOWN:
            return _("to the middle of the town")
    return ""


@register.filter
def hours_text(hours: str) -> str:
    """OSM opening_hours in words as far as it goes: "Monday to Friday 09:00 to 17:00"."""
    if hours.strip() == "24/7":
        return _("day and night, every day")
    text = _DAY.sub(lambda match: _(_DAYS[match[1]]), hours)
    return _SEPARATOR.sub(", ", _RANGE.sub(_(" to "), text)).strip()


@register.simple_tag
def outward(url: str) -> SafeString | str:
    """A link to another site that tells it nothing; only http and https, with the host shown."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">{}</a>',
        url,
        host.removeprefix("www."),
    )


@register.simple_tag
def tick_boxes(name: str, values: Iterable[Any]) -> SafeString:
    """Values of a filter, each with its label, its count and its help text.

    A page has some three hundred of them; as a template they took half of its time.
    """
    boxes = []
    for value in values:
        before, text, after = _box(name, value.code, str(value.label), str(value.help))
        checked = " checked" if value.ticked else ""
        boxes.append(f"{before}{checked}{text}{escape(value.counted)}{after}")
    # All parts are escaped already.
    return mark_safe("\n".join(boxes))  # noqa: S308


@lru_cache(maxsize=4096)
def _box(name: str, code: str, label: str, help_text: str) -> tuple[str, str, str]:
    """The parts of a box that are the same on every page."""
    hint = format_html('<span class="hint">{}</span>', help_text) if help_text else ""
    return (
        format_html('<label class="tick"><input type="checkbox" name="{}" value="{}"', name, code),
        format_html('> <span>{} <span class="count">(', label),
        format_html(")</span>{}</span></label>", hint),
    )


@register.filter
def labels(terms: list[Any]) -> str:
    """The labels of terms, with commas."""
    return ", ".join(term.shown_label for term in terms)
