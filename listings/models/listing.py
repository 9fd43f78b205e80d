"""Listings: one public entry each, a programme or a group at one place, or online."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from listings.models.fields import on_earth, together
from listings.models.source import Source
from listings.values.geo import Box, Point

# A listing that nobody has checked, and no register has named, for longer than this leaves the
# results that people see first. It stays reachable, with a warning.
CURRENT_DAYS = 365
BITS = 320
BYTES = BITS // 8


def pack_bits(bits: Iterable[int]) -> bytes:
    """Bit numbers (0 to 319) as 40 bytes, little-endian: the row that the index reads."""
    word = 0
    for bit in bits:
        word |= 1 << bit
    return word.to_bytes(BYTES, "little")


class ListingQuerySet(models.QuerySet["Listing"]):
    """What the public may see, and which part of it."""

    def published(self) -> "ListingQuerySet":
        """Listings that the public may see: those published, and the temporarily closed.

        Made-up listings are public only where the demonstration is on.
        """
        shown = self.filter(
            status__in=[Listing.Status.PUBLISHED, Listing.Status.TEMPORARILY_CLOSED]
        )
        return shown if settings.DIRECTORY_DEMO else shown.exclude(source__is_demo=True)

    def current(self, today: dt.date | None = None) -> "ListingQuerySet":
        """Checked by a curator, or named by a register, within the last 365 days."""
        since = (today or timezone.localdate()) - dt.timedelta(days=CURRENT_DAYS)
        return self.filter(Q(checked_at__date__gte=since) | Q(last_seen_on__gte=since))

    def lapsed(self) -> "ListingQuerySet":
        """Those that are not current: nobody has confirmed them for a year."""
        return self.exclude(pk__in=self.current().values("pk"))

    def inside(self, boxes: Iterable[Box]) -> "ListingQuerySet":
        """Those with a point in any of the boxes (one, or two across the antimeridian)."""
        where = Q(pk__in=[])
        for box in boxes:
            where |= Q(
                latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
            )
        return self.filter(where)

    def in_region(self, country: str, region: str = "") -> "ListingQuerySet":
        """Those whose address lies in a country, or in one of its states."""
        found = self.filter(country=country)
        return found.filter(region=region) if region else found


class Listing(models.Model):
    """One public entry (HSDS: service_at_location). Unknown is null or empty, never a guess."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        NEEDS_CHECK = "needs-check", "needs a check"
        ASSIGNED = "assigned", "assigned"
        SUBMITTED = "submitted", "submitted"
        PUBLISHED = "published", "published"
        TEMPORARILY_CLOSED = "temporarily-closed", "temporarily closed"
        CLOSED = "closed", "closed"
        DO_NOT_LIST = "do-not-list", "do not list"
        MERGED = "merged", "merged"

    class Precision(models.TextChoices):
        EXACT = "exact", "the address"
        POSTCODE = "postcode", "the middle of the postcode area"
        PREFIX = "postcode-prefix", "the middle of the wider postcode area"
        TOWN = "town", "the middle of the town"

    class WhoAnswers(models.TextChoices):
        FACILITY = "facility", "the service itself"
        CALL_CENTRE = "call-centre", "a call centre for several services"
        REFERRAL = "referral", "a referral line"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="listings")
    provider = models.ForeignKey(
        "listings.Provider",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    status_reason = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    unverified = models.BooleanField(
        default=False, help_text="Known only from a source that is no official register."
    )

    name = models.CharField(max_length=300)
    second_name = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True, max_length=10_000)
    language = models.CharField(max_length=12, blank=True, help_text="Of the description.")

    street = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=80, blank=True, help_text="State or province, as a code.")
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    address_withheld = models.BooleanField(
        default=False, help_text="The address is not published; show the town only."
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    precision = models.CharField(max_length=20, choices=Precision, blank=True)
    online_only = models.BooleanField(default=False)
    timezone = models.CharField(max_length=60, blank=True, help_text="IANA name.")

    website = models.URLField(max_length=500, blank=True)
    email = models.EmailField(blank=True)
    opening_hours = models.CharField(max_length=500, blank=True, help_text="OSM opening_hours.")
    who_answers = models.CharField(max_length=12, choices=WhoAnswers, blank=True)

    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_seen_on = models.DateField(
        null=True, blank=True, help_text="Last day on which a register is known to have named it."
    )
    locked_fields = models.JSONField(default=list, blank=True)

    # Keys under which two ways of writing are one, and the packed row that the index reads; all are
    # written by curation.actions in the transaction that changes what they come from.
    name_key = models.CharField(max_length=620, editable=False, db_index=True)
    address_key = models.CharField(max_length=360, editable=False, blank=True, db_index=True)
    yes_bits = models.BinaryField(max_length=BYTES, editable=False, default=bytes(BYTES))
    no_bits = models.BinaryField(max_length=BYTES, editable=False, default=bytes(BYTES))
    dedicated_bits = models.BinaryField(max_length=BYTES, editable=False, default=bytes(BYTES))
    only_bits = models.BinaryField(max_length=BYTES, editable=False, default=bytes(BYTES))
    version = models.BigIntegerField(default=0, editable=False, db_index=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["name", "second_name", "pk"]
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="listing_by_place"),
            models.Index(fields=["country", "region"], name="listing_by_region"),
        ]
        constraints = [
            on_earth("listing_on_earth"),
            together("latitude", "longitude", "listing_point_whole"),
            together("checked_at", "checked_by", "listing_check_who_and_when"),
            models.CheckConstraint(condition=~Q(name=""), name="listing_has_a_name"),
            models.CheckConstraint(
                condition=Q(source__isnull=False)
                | ~Q(status__in=["published", "temporarily-closed"]),
                name="listing_public_has_a_source",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, precision="")
                | (Q(latitude__isnull=False) & ~Q(precision="")),
                name="listing_point_says_how_precise",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="listing_merged_names_the_other",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="listing_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.second_name}" if self.second_name else self.name

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("listing", args=[self.public_id])

    @property
    def point(self) -> Point | None:
        """Where it is, if known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def is_current(self) -> bool:
        """Whether it was checked, or named by a register, within the last 365 days."""
        since = timezone.localdate() - dt.timedelta(days=CURRENT_DAYS)
        days = [self.last_seen_on, self.checked_at and timezone.localdate(self.checked_at)]
        return any(day is not None and day >= since for day in days)
