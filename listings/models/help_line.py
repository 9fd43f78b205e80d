"""Help lines: the crisis and advice lines of a country. A wrong number here can cost a life."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from listings.models.fields import together
from listings.values.phone import PhoneNumber


class HelpLineQuerySet(models.QuerySet["HelpLine"]):
    """Help lines in the order in which they are shown."""

    def of_country(self, country: str) -> "HelpLineQuerySet":
        """The lines of a country, emergency first."""
        return self.filter(country=country, withdrawn=False).order_by("order", "name")


class HelpLine(models.Model):
    """One line, never shown without its source and that source's date."""

    class Purpose(models.TextChoices):
        EMERGENCY = "emergency", "emergency"
        CRISIS = "crisis", "crisis"
        ADVICE = "advice", "advice and referral"
        FAMILY = "family", "for families"
        USING_ALONE = "using-alone", "for people who use alone"

    code = models.SlugField(max_length=60, unique=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=12, choices=Purpose)
    number = models.CharField(max_length=20, help_text="E.164 or short code.")
    text_to = models.CharField(max_length=40, blank=True, help_text="Where to send a text message.")
    about = models.CharField(max_length=300)
    hours = models.CharField(
        max_length=200, blank=True, help_text="OSM opening_hours; empty: not known."
    )
    timezone = models.CharField(max_length=60, blank=True)
    cost_note = models.CharField(max_length=120, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    source_url = models.CharField(max_length=500)
    source_date = models.DateField()
    next_check = models.DateField()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=100)
    withdrawn = models.BooleanField(default=False)
    version = models.BigIntegerField(default=0, editable=False)

    objects = HelpLineQuerySet.as_manager()

    class Meta:
        ordering = ["country", "order", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(source_url=""), name="help_line_has_a_source"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$"),
                name="help_line_number",
            ),
            models.CheckConstraint(
                condition=Q(next_check__gte=models.F("source_date")), name="help_line_checked_later"
            ),
            together("checked_at", "checked_by", "help_line_check_who_and_when"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> PhoneNumber:
        """The number with its ways of being shown."""
        return PhoneNumber(self.number)
