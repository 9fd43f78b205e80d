"""Suggestions: what the public or a provider proposes. They change nothing until reviewed."""

import uuid

from django.conf import settings
from django.db import models

from listings.models.fields import together


class Suggestion(models.Model):
    """One proposal for one field of one listing, or for a listing that is not here yet."""

    class Kind(models.TextChoices):
        PHONE_WRONG = "phone-wrong", "the telephone number is wrong"
        CLOSED = "closed", "it has closed"
        HOURS_WRONG = "hours-wrong", "the hours are wrong"
        ASKED_FOR_MONEY = "asked-for-money", "they asked me for money"
        NOT_TREATMENT = "not-treatment", "it is not a treatment service"
        NEW_LISTING = "new-listing", "a service that is missing"
        OTHER = "other", "something else"

    class Status(models.TextChoices):
        NEW = "new", "new"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        "listings.Listing",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="suggestions",
    )
    kind = models.CharField(max_length=16, choices=Kind)
    field = models.CharField(max_length=80, blank=True)
    proposed = models.JSONField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=2_000)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            together("decided_at", "decided_by", "suggestion_decision_who_and_when"),
            models.CheckConstraint(
                condition=models.Q(status="new") | models.Q(decided_at__isnull=False),
                name="suggestion_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
