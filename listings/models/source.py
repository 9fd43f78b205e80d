"""Sources, what they said word for word, and the runs that read them."""

from django.db import models
from django.db.models import F, Q


class Source(models.Model):
    """Who publishes a feed, with the policy its rows follow (register or untrusted)."""

    class Policy(models.TextChoices):
        REGISTER = "register", "official register"
        UNTRUSTED = "untrusted", "needs a second look"

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    policy = models.CharField(max_length=12, choices=Policy)
    licence = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, help_text="Made-up listings for trying the site.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="source_has_a_name"),
            models.CheckConstraint(
                condition=Q(policy__in=["register", "untrusted"]), name="source_policy_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One run over one file, with its cursor and its saved report."""

    class Status(models.TextChoices):
        RUNNING = "running", "running"
        COMPLETE = "complete", "complete"
        STOPPED = "stopped", "stopped by the brake"
        FAILED = "failed", "failed"
        INTERRUPTED = "interrupted", "interrupted"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    dry_run = models.BooleanField(default=False)
    file_name = models.CharField(max_length=300)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the file's bytes.")
    as_of = models.DateField(null=True, blank=True, help_text="The source's own date, if known.")
    cursor = models.PositiveBigIntegerField(default=0, help_text="Rows applied so far.")
    report = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    process = models.CharField(max_length=120, blank=True, help_text="Host and process number.")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(status="running"),
                name="import_one_at_a_time_per_source",
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="import_ended_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="import_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class SourceRecord(models.Model):
    """One raw record of a source, immutable; a changed record is a new row with a new hash."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records")
    external_id = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    raw = models.JSONField(help_text="As published.")
    values = models.JSONField(help_text="As read: fields, telephones, facts and meetings.")
    first_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="new_records")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id", "content_hash"], name="record_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"


class ListingIdentifierQuerySet(models.QuerySet["ListingIdentifier"]):
    """Which source knows which listing under which id."""

    def present(self) -> "ListingIdentifierQuerySet":
        """Those that the source's last run still held."""
        return self.filter(missing_since=None)


class ListingIdentifier(models.Model):
    """A source's id of a listing, with the record last imported (the base of the next merge)."""

    # Each has an index that begins with it, below.
    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.CASCADE, related_name="identifiers", db_index=False
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="identifiers", db_index=False
    )
    external_id = models.CharField(max_length=200)
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    matched_by = models.CharField(max_length=40, help_text="created, or what agreed.")
    as_of = models.DateField(null=True, blank=True, help_text="The edition's own date, if known.")
    seen_on = models.DateField(
        help_text="The edition's own date, or the day it was read when it has none."
    )
    missing_since = models.DateField(null=True, blank=True)

    objects = ListingIdentifierQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["listing", "source"], name="identifier_of_listing")]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="identifier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"
