"""Conflicts: where a source's new value meets one that people, or another source, gave."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from listings.models.fields import together
from listings.models.source import Source, SourceRecord


class ConflictQuerySet(models.QuerySet["Conflict"]):
    """Conflicts by what became of them."""

    def open(self) -> "ConflictQuerySet":
        """Those that wait for a curator."""
        return self.filter(status=Conflict.Status.OPEN)


class Conflict(models.Model):
    """Base, ours and theirs of one field or fact. A decision holds for that source value."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        KEPT = "kept", "ours kept"
        TAKEN = "taken", "theirs taken"
        SAME = "same", "same thing written differently"
        WITHDRAWN = "withdrawn", "no longer claimed by the source"

    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.CASCADE, related_name="conflicts"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="conflicts")
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=80, help_text="A field, or fact:CODE.")
    base = models.JSONField(null=True)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    theirs_hash = models.CharField(max_length=64, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "source", "field", "theirs_hash"],
                name="conflict_once_per_source_value",
            ),
            together("decided_at", "decided_by", "conflict_decision_who_and_when"),
            models.CheckConstraint(
                condition=~Q(status__in=["kept", "taken", "same"]) | Q(decided_at__isnull=False),
                name="conflict_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.listing_id}"
