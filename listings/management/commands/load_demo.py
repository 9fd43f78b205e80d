"""Load the demonstration: made-up listings and a curator's login for trying the site."""

import datetime as dt
import hashlib
import os
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from listings.curation import actions
from listings.exchange.demo import (
    CURATOR,
    DEMO,
    GROUP,
    demo_hash,
    demo_openings,
    demo_reading,
    demo_records,
)
from listings.exchange.importer import ImportRefused, import_reading
from listings.exchange.records import ListingRecord
from listings.models import ImportRun, ListingIdentifier, Opening, Source

# The listings count as seen on the day they were loaded, and leave the results 365 days later.
RELOAD_AFTER = dt.timedelta(days=30)
OPENINGS_HOLD = dt.timedelta(days=7)
WAIT_DAYS = 7


class Command(BaseCommand):
    help = "Load about 300 made-up listings and the demo curator's login. Needs DIRECTORY_DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DIRECTORY_DEMO:
            raise CommandError(
                "The demonstration is off, so nothing was loaded. Set DIRECTORY_DEMO=1 in the "
                "environment or in .env to have made-up listings, never on a real site."
            )
        self.refuse_namesake()
        records = demo_records()
        loaded = self.load_listings(records)
        opened = self.load_openings(records)
        self.stdout.write(
            f"Demonstration: {len(records)} made-up listings "
            f"{'loaded' if loaded else 'unchanged'}, {opened} openings given."
        )
        self.stdout.write(self.load_curator())

    def refuse_namesake(self) -> None:
        """Stop when a real source has the demonstration's code: nothing made up may enter it."""
        if Source.objects.filter(code=DEMO.code, is_demo=False).exists():
            raise CommandError(
                f"A source with the code “{DEMO.code}” is here and is no demonstration. Give it "
                "another code, then load the demonstration again."
            )

    def load_listings(self, records: list[ListingRecord]) -> bool:
        """Import the listings unless the last complete run is recent and held the same."""
        content = demo_hash(records)
        last = ImportRun.objects.filter(
            source__code=DEMO.code, status=ImportRun.Status.COMPLETE, dry_run=False
        ).first()
        recent = last and last.started_at > timezone.now() - RELOAD_AFTER
        name = f"demonstration {content[:16]}"
        if last and recent and last.file_name == name:
            return False
        try:
            import_reading(
                demo_reading(),
                file_name=name,
                # Read anew on another day, it counts as seen on that day.
                file_hash=hashlib.sha256(f"{content} {timezone.localdate()}".encode()).hexdigest(),
                accept_large_change=True,
            )
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        return True

    def load_openings(self, records: list[ListingRecord]) -> int:
        """Give openings that hold for a week from now, once all earlier ones have expired."""
        source = Source.objects.get(code=DEMO.code)
        if Opening.objects.holding().filter(source=source).exists():
            return 0
        states = demo_openings(records)
        known = ListingIdentifier.objects.filter(source=source, external_id__in=states)
        by_listing = {
            listing_id: states[external_id]
            for external_id, listing_id in known.values_list("external_id", "listing_id")
        }
        actions.give_openings(
            source, by_listing, hold=OPENINGS_HOLD, wait_days=WAIT_DAYS, via="command"
        )
        return len(by_listing)

    def load_curator(self) -> str:
        """Make or update the demo login; returns a sentence on what was done."""
        password = os.environ.get("DEMO_CURATOR_PASSWORD", "")
        if not password:
            return "No curator’s login: DEMO_CURATOR_PASSWORD is not set (script/server sets it)."
        user = User.objects.filter(username=CURATOR).first()
        group = self.group()
        if user is None:
            user = User(username=CURATOR, is_staff=True)
        elif not user.groups.filter(pk=group.pk).exists():
            return f"The login “{CURATOR}” is somebody’s own and was left as it is."
        if user.pk is None or not user.check_password(password):
            self.save_curator(user, password, group)
            return f"The curator’s login “{CURATOR}” is ready; DEMO_CURATOR_PASSWORD opens it."
        return f"The curator’s login “{CURATOR}” is unchanged."

    def save_curator(self, user: User, password: str, group: Group) -> None:
        """Store the password and put the login into its group."""
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(
                f"DEMO_CURATOR_PASSWORD: {' '.join(error.messages)} Choose another in .env."
            ) from error
        user.set_password(password)
        with transaction.atomic():
            user.save()
            user.groups.add(group)

    def group(self) -> Group:
        """The group of demo logins: it may see and change what the admin lets anyone change.

        Sources and help lines it may only see: whose word is trusted, and whom people in danger
        call, is nobody's to try out.
        """
        group, _ = Group.objects.get_or_create(name=GROUP)
        rights = Permission.objects.filter(
            content_type__app_label="listings", codename__regex="^(view|change)_"
        ).exclude(codename__in=["change_source", "change_helpline"])
        if group.permissions.count() != rights.count():
            group.permissions.set(rights)
        return group
