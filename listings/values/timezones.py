"""Time zones of places. Source of the borders: timezone-boundary-builder, in the package tzfpy."""

import tzfpy

from listings.values.geo import Point


def timezone_at(point: Point | None) -> str:
    """The IANA time zone of a place on land, or "" at sea and for no place at all."""
    if point is None:
        return ""
    zone: str = tzfpy.get_tz(point.longitude, point.latitude)
    return "" if zone.startswith("Etc/") else zone
