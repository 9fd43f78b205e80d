"""A curator who edits listings without pause, until told to stop; --check: what came of it.

Run as a program on the database that the environment names, in the folder PROOF_FOLDER.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
django.setup()

from django.db import transaction  # noqa: E402 after Django is set up

from listings.curation import actions  # noqa: E402
from listings.models import Listing, ReviewEvent  # noqa: E402

FOLDER = Path(os.environ["PROOF_FOLDER"])
LONGEST = 300.0  # seconds
REASON = "edited in a proof"


def edit() -> None:
    """Edit listings drawn at random, and write down what each was left as."""
    keys = list(Listing.objects.values_list("pk", flat=True))
    left: dict[int, str] = {}
    edits = refused = 0
    ends = time.monotonic() + LONGEST
    while not (FOLDER / "stop").exists() and time.monotonic() < ends:
        # What a form shows is loaded first and saved a moment later.
        listing = Listing.objects.get(pk=random.choice(keys))
        before, listing.description = listing.description, f"Edit {edits}"
        changes = {"description": [before, listing.description]}
        time.sleep(0.01)
        try:
            with transaction.atomic():
                actions.record_change(listing, by=None, changes=changes, reason=REASON, via="admin")
        except actions.Refused:
            refused += 1
        else:
            edits += 1
            left[listing.pk] = listing.description
    (FOLDER / "edits.json").write_text(json.dumps(left))
    print(f"{edits} edits saved, {refused} refused")


def check() -> None:
    """Print every edit that is not there any more."""
    left = json.loads((FOLDER / "edits.json").read_text())
    here = dict(Listing.objects.values_list("pk", "description"))
    for pk, description in left.items():
        if here[int(pk)] != description:
            print(f"listing {pk} was left as {description!r} and is {here[int(pk)]!r}")
    events = ReviewEvent.objects.filter(reason=REASON).count()
    if not left or events < len(left):
        print(f"{events} events for edits of {len(left)} listings")


if __name__ == "__main__":
    check() if "--check" in sys.argv else edit()
