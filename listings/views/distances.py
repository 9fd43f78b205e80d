"""Distances as people read them."""

from django.utils.translation import gettext as _

_LEAST_MILES = 0.1


def miles(distance: float) -> str:
    """A distance with one decimal: "0.9 miles", "less than 0.1 miles"."""
    if distance < _LEAST_MILES:
        return _("less than 0.1 miles")
    return _("%(miles).1f miles") % {"miles": distance}


def about_miles(distance: float) -> str:
    """A distance that gives no address away, in whole miles: "about 3 miles"."""
    whole = max(1, round(distance))
    return _("about 1 mile") if whole == 1 else _("about %(miles)d miles") % {"miles": whole}
