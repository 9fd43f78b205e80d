"""Openings: whether someone can be admitted, for as long as that is known."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from listings.models.source import Source


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Openings that still hold."""

    def holding(self, now: dt.datetime | None = None) -> "OpeningQuerySet":
        """Not yet expired; an expired opening means not known."""
        return self.filter(expires_at__gt=now or timezone.now())


class Opening(models.Model):
    """Can someone be admitted (HSDS: service_capacity). Expires to not known by itself."""

    class State(models.TextChoices):
        OPEN = "open", "has openings"
        WAITING_LIST = "waiting-list", "has a waiting list"
        FULL = "full", "full"

    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.CASCADE, related_name="openings"
    )
    state = models.CharField(max_length=12, choices=State)
    wait_days = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("as_of")), name="opening_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "waiting-list", "full"]), name="opening_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
