"""A curator's shell: makes public changes as they are asked for, line by line.

Run as a program; each line is a list in JSON: what to do, and with what. The answer to each is a
line with the version that it has become and the moment (monotonic clock) when it was committed.
"""

import datetime as dt
import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.proofs._node_settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402 after Django is set up
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from listings.curation import actions  # noqa: E402
from listings.models import Catalogue, Listing, Source  # noqa: E402

REASON = "said in a proof"


def add(name: str) -> None:
    """A draft of that name."""
    source, _ = Source.objects.get_or_create(code="proof", defaults={"policy": "register"})
    Listing.objects.create(
        name=name, source=source, country="US", region="CT", city="Hartford", latitude=41.76,
        longitude=-72.68, precision="exact", last_seen_on=timezone.localdate(),
    )  # fmt: skip


def status(name: str, to: str) -> None:
    """Another status for the listing of that name."""
    listing = Listing.objects.get(name=name)
    actions.set_status(listing, to, by=None, reason=REASON, via="command")


def rename(name: str, to: str) -> None:
    """Another name."""
    listing = Listing.objects.get(name=name)
    listing.name = to
    changes = {"name": [name, to]}
    with transaction.atomic():
        actions.record_change(listing, by=None, changes=changes, reason=REASON, via="command")


def many(count: int, batch: int) -> None:
    """Change so many listings as an import does: batch by batch, a version each."""
    keys = list(Listing.objects.order_by("pk").values_list("pk", flat=True)[:count])
    today = timezone.localdate()
    for start in range(0, len(keys), batch):
        with transaction.atomic():
            version = Catalogue.objects.next_version().version
            Listing.objects.filter(pk__in=keys[start : start + batch]).update(
                last_seen_on=today - dt.timedelta(days=version % 300), version=version
            )


def superuser(name: str, password: str) -> None:
    """Someone who may log in to the admin."""
    User.objects.create_superuser(name, password=password)


def renew_epoch() -> None:
    """After a restore."""
    Catalogue.renew_epoch()


DEEDS = {deed.__name__: deed for deed in (add, status, rename, many, superuser, renew_epoch)}

for line in sys.stdin:
    deed, *arguments = json.loads(line)
    DEEDS[deed](*arguments)
    committed = time.monotonic()
    print(json.dumps([Catalogue.objects.current().version, committed]), flush=True)
