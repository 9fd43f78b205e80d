"""The one history of public things, hash-chained."""

from django.conf import settings
from django.db import models

from listings.models.source import ImportRun


class ReviewEvent(models.Model):
    """Who did what to a listing, from → to, why, through which door.

    ``digest`` is SHA-256 over ``previous`` and the event itself (curation.history), so that a
    changed or removed event shows. Nothing personal of the public ever stands here.
    """

    class Via(models.TextChoices):
        IMPORT = "import", "import"
        ADMIN = "admin", "admin"
        CALL = "call", "telephone call"
        CLAIM = "claim", "provider claim"
        MERGE = "merge", "merge"
        BULK = "bulk", "bulk change"
        COMMAND = "command", "command line"

    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.PROTECT, null=True, related_name="events"
    )
    subject = models.CharField(max_length=120, help_text="What it is about, if no listing.")
    action = models.CharField(max_length=40)
    changes = models.JSONField(default=dict, help_text="field → [from, to]")
    reason = models.CharField(max_length=500, blank=True)
    via = models.CharField(max_length=8, choices=Via)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField()
    version = models.BigIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
