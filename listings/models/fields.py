"""Pieces that several models share: who-and-when pairs and points on the Earth."""

from django.db.models import CheckConstraint, F, Q


def together(first: str, second: str, name: str) -> CheckConstraint:
    """Both or neither: who did it and when, or latitude and longitude."""
    neither = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    both = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    return CheckConstraint(condition=neither | both, name=name)


def on_earth(name: str) -> CheckConstraint:
    """Latitude and longitude in degrees, within the Earth's own bounds, or unknown."""
    inside = Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
    return CheckConstraint(condition=Q(latitude=None) | inside, name=name)


def in_order(start: str, end: str, name: str) -> CheckConstraint:
    """The end is not before the start; either may be unknown."""
    unknown = Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__isnull": True})
    return CheckConstraint(condition=unknown | Q(**{f"{end}__gte": F(start)}), name=name)
