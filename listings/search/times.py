"""Names of orders, and of the questions whose answers change with the clock, for people."""

from django.utils.translation import gettext_lazy as _

from listings.search.criteria import DAY, OPEN, OPENING, PART

TIME_LABELS = {
    OPEN: _("Opening hours"),
    OPENING: _("Openings"),
    DAY: _("Day of a meeting"),
    PART: _("Time of a meeting"),
}
TIME_HELP = {
    OPEN: _("By the usual opening hours. Holidays may differ, so call first."),
    OPENING: _("What the place told us. It ends by itself when it gets old."),
    DAY: _("Days are in the time zone of the meeting."),
    PART: _("Morning ends at noon, afternoon at 5 pm, evening at 9 pm."),
}
VALUE_LABELS = {
    (OPEN, "now"): _("Open now"),
    (OPENING, "open"): _("Has openings"),
    (OPENING, "waiting-list"): _("Has a waiting list"),
    (OPENING, "full"): _("Full"),
    (DAY, "today"): _("Today"),
    (DAY, "tonight"): _("Tonight"),
    (DAY, "mon"): _("Monday"),
    (DAY, "tue"): _("Tuesday"),
    (DAY, "wed"): _("Wednesday"),
    (DAY, "thu"): _("Thursday"),
    (DAY, "fri"): _("Friday"),
    (DAY, "sat"): _("Saturday"),
    (DAY, "sun"): _("Sunday"),
    (PART, "morning"): _("Morning"),
    (PART, "afternoon"): _("Afternoon"),
    (PART, "evening"): _("Evening"),
    (PART, "night"): _("Night"),
}

SORT_LABELS = {
    "best": _("Best match first"),
    "distance": _("Nearest first"),
    "opening": _("Soonest opening first"),
    "meeting": _("Next meeting first"),
    "checked": _("Last checked first"),
    "name": _("By name"),
}
