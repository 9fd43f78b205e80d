"""Whether a listing is open at this moment, with the holidays of its country."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.values.hours import hours_at


@dataclass(frozen=True, slots=True)
class HoursNow:
    """One line for a card: open or closed now, and until when."""

    is_open: bool
    text: str


def hours_now(listing: Listing, at: dt.datetime) -> HoursNow | None:
    """The line; None where the hours, or the time zone, are not known."""
    now = hours_at(listing.opening_hours, listing.timezone, listing.country, at)
    if now is None or now.state == "unknown":
        return None
    is_open = now.state == "open"
    if now.until is None:
        return HoursNow(is_open, _("Open day and night") if is_open else _("Closed now"))
    same_day = timezone.localdate(at, now.until.tzinfo) == now.until.date()
    when = time_format(now.until.time(), "TIME_FORMAT")
    if not same_day:
        when = _("%(day)s, %(time)s") % {"day": date_format(now.until, "l"), "time": when}
    if is_open:
        return HoursNow(True, _("Open now, until %(when)s there") % {"when": when})
    return HoursNow(False, _("Closed now, opens %(when)s there") % {"when": when})
