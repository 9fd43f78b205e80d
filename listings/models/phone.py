"""Telephone numbers of listings, each with its role and its source."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q

from listings.models.fields import together
from listings.models.source import Source
from listings.values.phone import PhoneNumber


class Phone(models.Model):
    """One number of one listing (HSDS: phone)."""

    class Role(models.TextChoices):
        MAIN = "main", "main number"
        INTAKE = "intake", "admissions"
        HOTLINE = "hotline", "hotline"
        OTHER = "other", "other number"

    class Method(models.TextChoices):
        IMPORT = "import", "taken from the source"
        CALL = "call", "telephone call"
        CURATOR = "curator", "curator"

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=20, help_text="E.164, or a short code such as 988.")
    extension = models.CharField(max_length=8, blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.MAIN)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8, choices=Method, default=Method.IMPORT)
    as_of = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["number"], name="phone_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "number", "extension"], name="phone_once_per_listing"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$"),
                name="phone_is_e164_or_short",
            ),
            models.CheckConstraint(
                condition=Q(extension__regex=r"^[0-9]*$"), name="phone_ext_digits"
            ),
            together("checked_at", "checked_by", "phone_check_who_and_when"),
        ]

    def __str__(self) -> str:
        return self.value.display

    @property
    def value(self) -> PhoneNumber:
        """The number as a value, with its ways of being shown."""
        return PhoneNumber(self.number, self.extension)


# Whoever asks to be admitted reaches the right desk at once through the admissions number.
_ORDER = (Phone.Role.INTAKE, Phone.Role.MAIN, Phone.Role.HOTLINE, Phone.Role.OTHER)


def in_calling_order(phones: Iterable[Phone]) -> list[Phone]:
    """Admissions first, then the main number, hotlines and all others."""
    return sorted(phones, key=lambda phone: _ORDER.index(Phone.Role(phone.role)))


def first_phone(phones: Iterable[Phone]) -> Phone | None:
    """The number to show large, if there is any."""
    return next(iter(in_calling_order(phones)), None)
