"""Facts: what is known of a listing, yes or no. No row means not known."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from listings.models.fields import together
from listings.models.source import Source
from listings.models.term import Term


class Fact(models.Model):
    """Listing × term → yes or no, with how it is known and since when."""

    class Degree(models.TextChoices):
        ACCEPTS = "accepts", "accepts"
        DEDICATED = "dedicated", "has a programme made for"
        ONLY = "only", "serves only"

    class Method(models.TextChoices):
        IMPORT = "import", "published source"
        CALL = "call", "telephone call"
        PROVIDER = "provider", "said by the provider"
        REGISTER = "register", "licence register"
        VISIT = "visit", "visit"
        CURATOR = "curator", "curator"

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="facts")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="facts")
    value = models.BooleanField()
    degree = models.CharField(max_length=10, choices=Degree, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=10, choices=Method, default=Method.IMPORT)
    as_of = models.DateField(null=True, blank=True, help_text="The source's own date, if known.")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked = models.BooleanField(default=False, help_text="No import may change it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "term"], name="fact_once"),
            models.CheckConstraint(
                condition=Q(value=True) | Q(degree=""), name="fact_degree_only_with_yes"
            ),
            models.CheckConstraint(
                condition=Q(degree__in=["", "accepts", "dedicated", "only"]),
                name="fact_degree_known",
            ),
            together("checked_at", "checked_by", "fact_check_who_and_when"),
        ]

    def __str__(self) -> str:
        return f"{self.term_id}: {'yes' if self.value else 'no'}"

    @property
    def said(self) -> str:
        """Value and degree as one word: no, yes, or the degree of the yes."""
        return (self.degree or "yes") if self.value else "no"

    @property
    def curated(self) -> bool:
        """Whether a person, not an import, stands behind it."""
        return self.locked or self.method != Fact.Method.IMPORT
