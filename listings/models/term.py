"""Terms: the values of the taxonomy, as loaded from its files, with the curators' overlay."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class TermQuerySet(models.QuerySet["Term"]):
    """Terms in the order in which people see them."""

    def in_order(self) -> "TermQuerySet":
        """Facet by facet, a curator's order before the files' own."""
        return self.annotate(shown_order=Coalesce("order_override", "order")).order_by(
            "facet", "shown_order", "code"
        )

    def shown(self) -> "TermQuerySet":
        """Terms of today's files; those that left the files stay for old facts only."""
        return self.filter(retired=False)


class Term(models.Model):
    """One value of the taxonomy. Code, facet and bit belong to the files and never change."""

    code = models.SlugField(max_length=60, unique=True)
    facet = models.SlugField(max_length=40, db_index=True)
    bit = models.PositiveSmallIntegerField(unique=True)
    label = models.CharField(max_length=80)
    help_text = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    safety_rule = models.SlugField(max_length=60, blank=True)
    filterable = models.BooleanField(default=True)
    retired = models.BooleanField(default=False)
    label_override = models.CharField(max_length=80, blank=True)
    help_override = models.CharField(max_length=300, blank=True)
    order_override = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.BigIntegerField(default=0, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["facet", "order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(bit__lt=320), name="term_bit_below_320"),
            models.CheckConstraint(condition=~Q(label=""), name="term_has_a_label"),
        ]

    def __str__(self) -> str:
        return self.shown_label

    @property
    def shown_label(self) -> str:
        """The curators' label where they gave one."""
        return self.label_override or self.label

    @property
    def shown_help(self) -> str:
        """The curators' help text where they gave one."""
        return self.help_override or self.help_text
