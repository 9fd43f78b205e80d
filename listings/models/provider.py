"""Providers: the organisations behind listings."""

import uuid

from django.db import models


class Provider(models.Model):
    """The organisation behind listings (HSDS: organization)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_index=True, editable=False)
    website = models.URLField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "country", "region"], name="provider_named_once_in_a_region"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="provider_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
