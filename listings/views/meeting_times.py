"""When the meetings of a group come next, in the group's own time zone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listings.models import Meeting

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """A meeting with the next time it starts; ``starts`` is None when its zone is not known."""

    meeting: Meeting
    starts: dt.datetime | None
    today: bool = False
    tomorrow: bool = False

    @property
    def zone_city(self) -> str:
        """The city that names the time zone ("America/New_York" is New York); empty: not known."""
        return self.meeting.timezone.rsplit("/", 1)[-1].replace("_", " ")


def next_meetings(meetings: Iterable[Meeting], now: dt.datetime) -> list[NextMeeting]:
    """Meetings that still take place, the soonest first, those without a known zone last.

    A meeting counts as next until it has ended (or, with no length given, until it has begun).
    """
    found = [upcoming for meeting in meetings if (upcoming := _next(meeting, now))]
    return sorted(found, key=lambda one: (one.starts is None, one.starts or now))


def _next(meeting: Meeting, now: dt.datetime) -> NextMeeting | None:
    zone = _zone(meeting.timezone)
    if zone is None:
        over = meeting.ends_on is not None and meeting.ends_on < now.date()
        return None if over else NextMeeting(meeting, None)
    here = now.astimezone(zone)
    first = max(here.date(), meeting.starts_on or here.date())
    day = first + dt.timedelta(days=(meeting.weekday - first.isoweekday()) % 7)
    length = dt.timedelta(minutes=meeting.duration_minutes or 0)
    starts = dt.datetime.combine(day, meeting.start, zone)
    # Compare instants, not wall clocks: the clocks may change between now and then.
    if starts.astimezone(dt.UTC) + length < now:
        starts = dt.datetime.combine(day + WEEK, meeting.start, zone)
    if meeting.ends_on and starts.date() > meeting.ends_on:
        return None
    ahead = (starts.date() - here.date()).days
    return NextMeeting(meeting, starts, today=ahead == 0, tomorrow=ahead == 1)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
