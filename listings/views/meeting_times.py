"""When the meetings of a group come next, in the group's own time zone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from listings.models import Meeting
from listings.values.week import ZoneWeek, minute_of_week, next_starts, week_in, zone_named


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

    A meeting counts as next until it is over; one of unknown length is, an hour after its start
    (``listings.values.week.LENGTH_NOT_KNOWN``).
    """
    by_zone = defaultdict(list)
    for meeting in meetings:
        by_zone[meeting.timezone].append(meeting)
    found = [
        upcoming for zone, of_zone in by_zone.items() for upcoming in _next(of_zone, zone, now)
    ]
    return sorted(found, key=lambda one: (one.starts is None, one.starts or now))


def _next(meetings: list[Meeting], zone_name: str, now: dt.datetime) -> list[NextMeeting]:
    """The meetings of one time zone that still take place."""
    zone = zone_named(zone_name)
    if zone is None:
        return [NextMeeting(one, None) for one in meetings if not _has_ended(one, now.date())]
    week = week_in(zone, now)
    lengths = [one.duration_minutes or 0 for one in meetings]
    found = []
    for meeting, starts in zip(meetings, _starts(meetings, lengths, week), strict=True):
        if meeting.starts_on and starts.date() < meeting.starts_on:
            midnight = dt.datetime.combine(meeting.starts_on, dt.time(), zone)
            # One minute long: what began the evening before does not count as on at midnight.
            starts = _starts([meeting], [1], week_in(zone, midnight))[0]
        if not _has_ended(meeting, starts.date()):
            ahead = (starts.date() - week.date).days
            found.append(NextMeeting(meeting, starts, today=ahead == 0, tomorrow=ahead == 1))
    return found


def _starts(meetings: list[Meeting], lengths: list[int], week: ZoneWeek) -> list[dt.datetime]:
    """When each begins that is on now, or begins next."""
    minutes = [minute_of_week(one.weekday, one.start) for one in meetings]
    ahead = next_starts(np.array(minutes, np.int32), np.array(lengths, np.int32), week)
    return [week.after(int(one)) for one in ahead]


def _has_ended(meeting: Meeting, day: dt.date) -> bool:
    return meeting.ends_on is not None and meeting.ends_on < day
