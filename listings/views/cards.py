"""What one card of the results says, each line as finished words, so that the template is plain."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing, Opening, Phone
from listings.models.phone import first_phone
from listings.search.criteria import SearchCriteria
from listings.search.results import Result
from listings.templatetags.directory import measured_to
from listings.views.distances import about_miles, miles
from listings.views.hours_now import HoursNow, hours_now
from listings.views.meeting_times import NextMeeting, next_meetings
from listings.views.why import why_here

MEETINGS_ON_A_CARD = 2


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """What was said of free places, how long the wait is, and how long ago it was said."""

    state: str
    wait: str
    said: str

    @classmethod
    def of(cls, opening: Opening) -> Self:
        """The words for one opening."""
        days, wait = opening.wait_days, ""
        if days:
            wait = ngettext("about %(days)d day", "about %(days)d days", days) % {"days": days}
        said = _("said %(ago)s ago") % {"ago": timesince(opening.as_of)}
        return cls(capfirst(opening.get_state_display()), wait, said)


@dataclass(frozen=True, slots=True)
class Card:
    """One listing among the results."""

    listing: Listing
    types: list[str]
    far: str
    town: str
    measured_to: str
    phone: Phone | None
    hours: HoursNow | None
    opening: OpeningLine | None
    meetings: Sequence[NextMeeting]
    why: str
    ask: str
    other_field: bool
    serves_only: str
    confirmed: str

    @classmethod
    def of(cls, result: Result, criteria: SearchCriteria, at: dt.datetime) -> Self:
        """The card of a result at an instant."""
        listing, shown = result.listing, result.shown
        hours, opening = hours_now(listing, at), next(iter(shown.openings), None)
        why = why_here(result, criteria, hours, opening)
        return cls(
            listing=listing,
            types=[term.shown_label for term in result.types],
            far=_far(result),
            town=_("Online") if listing.online_only else _town(listing),
            measured_to="" if result.miles is None or listing.online_only else measured_to(listing),
            phone=first_phone(shown.phones),
            hours=hours,
            opening=OpeningLine.of(opening) if opening else None,
            meetings=next_meetings(shown.meetings, at)[:MEETINGS_ON_A_CARD],
            why=_why(why.known, result.miles is not None),
            ask=", ".join(why.ask),
            other_field=result.other_field,
            serves_only=", ".join(term.shown_label for term in result.serves_only),
            confirmed=_confirmed(listing),
        )


def _why(known: Sequence[str], is_near: bool) -> str:
    if known:
        return _("%(labels)s – known yes.") % {"labels": ", ".join(known)}
    return _("It is near.") if is_near else ""


def _far(result: Result) -> str:
    if result.miles is None or result.listing.online_only:
        return ""
    say = about_miles if result.listing.address_withheld else miles
    return say(result.miles)


def _town(listing: Listing) -> str:
    """The town as far as visitors from the home country need it; none where it is not known."""
    if not listing.city:
        return ""
    country = "" if listing.country == settings.HOME_COUNTRY else listing.country
    return ", ".join(part for part in (listing.city, listing.region, country) if part)


def _confirmed(listing: Listing) -> str:
    """Who said so, and when."""
    if listing.checked_at:
        day = timezone.localtime(listing.checked_at)
        return _("Last checked on %(day)s.") % {"day": date_format(day)}
    edition = getattr(listing, "edition", None)
    when = _("as of %(day)s.") % {"day": date_format(edition)} if edition else ""
    by = _("Listed by %(source)s,") % {"source": listing.source.name if listing.source else ""}
    return f"{by} {when or _('date not given by the source.')} {_('Not yet checked by us.')}"
