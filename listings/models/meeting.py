"""Meetings: the weekly occurrences of a group."""

import uuid

from django.db import models
from django.db.models import Q

from listings.models.fields import in_order
from listings.models.source import Source


class Meeting(models.Model):
    """One weekly occurrence. How people attend is stored, never inferred."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, "Monday"
        TUESDAY = 2, "Tuesday"
        WEDNESDAY = 3, "Wednesday"
        THURSDAY = 4, "Thursday"
        FRIDAY = 5, "Friday"
        SATURDAY = 6, "Saturday"
        SUNDAY = 7, "Sunday"

    class Attendance(models.TextChoices):
        IN_PERSON = "in-person", "in person"
        ONLINE = "online", "online"
        HYBRID = "hybrid", "in person and online"

    CONTENT = (
        "weekday", "start", "timezone", "duration_minutes", "attendance", "name", "online_url",
        "dial_in", "notes",
    )  # fmt: skip

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.CASCADE, related_name="meetings"
    )
    name = models.CharField(max_length=200, blank=True)
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    start = models.TimeField(help_text="Local to the time zone.")
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    timezone = models.CharField(max_length=60, blank=True, help_text="IANA name; empty: not known.")
    attendance = models.CharField(max_length=10, choices=Attendance)
    online_url = models.URLField(max_length=500, blank=True)
    dial_in = models.CharField(max_length=100, blank=True)
    notes = models.CharField(max_length=500, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="meeting_weekday"),
            models.CheckConstraint(
                condition=Q(duration_minutes=None) | Q(duration_minutes__range=(1, 1440)),
                name="meeting_lasts_up_to_a_day",
            ),
            models.CheckConstraint(
                condition=Q(attendance__in=["in-person", "online", "hybrid"]),
                name="meeting_attendance_known",
            ),
            in_order("starts_on", "ends_on", "meeting_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start:%H:%M}"
