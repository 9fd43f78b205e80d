"""The catalogue's version: one number that grows with every public change."""

import secrets

from django.db import connection, models, transaction
from django.db.models import F, Q


def new_epoch() -> str:
    """Thirty-two random hexadecimal digits, renewed by every restore."""
    return secrets.token_hex(16)


class CatalogueQuerySet(models.QuerySet["Catalogue"]):
    """The one row."""

    def current(self) -> "Catalogue":
        """The row as it is now. Read it before the rows it counts, on the same connection."""
        return self.get(pk=1)

    def next_version(self) -> "Catalogue":
        """Take the row's lock and the next version; call it first in a transaction that writes.

        The lock is held until the transaction ends, so versions are committed in their own order.
        Raises RuntimeError outside a transaction.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("A new version belongs in a transaction.")
        self.filter(pk=1).update(version=F("version") + 1)
        return self.get(pk=1)


class Catalogue(models.Model):
    """Epoch and version of everything public, and the head of the history's hash chain."""

    epoch = models.CharField(max_length=32, default=new_epoch)
    version = models.BigIntegerField(default=0)
    chain_head = models.CharField(max_length=64, blank=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = "catalogue"
        verbose_name_plural = "catalogue"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="catalogue_is_one_row"),
            models.CheckConstraint(condition=Q(version__gte=0), name="catalogue_version_positive"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"

    @classmethod
    def renew_epoch(cls) -> None:
        """Give a new epoch, after a restore: everything cached under the old one is void."""
        with transaction.atomic():
            cls.objects.filter(pk=1).update(epoch=new_epoch())
