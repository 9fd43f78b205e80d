"""Names of places as headings and lists show them."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from listings.models import Place


def country_names(countries: Iterable[str]) -> dict[str, str]:
    """Names of countries by their two letters, in one query; the letters where there is none."""
    wanted = set(countries) - {""}
    if not wanted:
        return {}
    rows = Place.objects.filter(kind=Place.Kind.COUNTRY, country__in=wanted)
    return {code: code for code in wanted} | dict(rows.values_list("country", "name"))


def place_title(place: Place, country_name: str = "") -> str:
    """The place in full: "Hartford, Connecticut", "ZIP code 06103, Connecticut".

    A country that the caller names already is not looked up.
    """
    name = place.name
    if place.kind == Place.Kind.POSTCODE:
        kind = _("ZIP code") if place.country == "US" else _("postcode")
        name = f"{kind} {place.name}"
    parts = [name]
    if place.kind not in (Place.Kind.REGION, Place.Kind.COUNTRY):
        parts.append(place.region_name or place.region_code)
    if place.country != settings.HOME_COUNTRY and place.kind != Place.Kind.COUNTRY:
        parts.append(country_name or country_names([place.country])[place.country])
    return ", ".join(part for part in parts if part)
