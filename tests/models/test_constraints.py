"""What must never be, the database itself refuses; what may be, it takes."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from listings.models import (
    Catalogue,
    Fact,
    HelpLine,
    ImportRun,
    Listing,
    Meeting,
    Opening,
    Phone,
    Place,
    Source,
    Term,
)

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class World:
    """The rows that others hang on."""

    def __init__(self) -> None:
        self.source = Source.objects.create(code="s", name="S", policy="register")
        self.listing = Listing.objects.create(source=self.source, name="Mill Clinic")
        self.term = Term.objects.create(code="detox", facet="type", bit=0, label="Detox")
        self.user = User.objects.create(username="curator")

    def build(self, model: type[models.Model], values: dict[str, Any]) -> models.Model:
        defaults: dict[type[models.Model], dict[str, Any]] = {
            Listing: {"source": self.source, "name": "Harbour House"},
            Fact: {
                "listing": self.listing, "term": self.term, "value": True, "source": self.source,
            },
            Phone: {"listing": self.listing, "number": "+12025550101", "source": self.source},
            Meeting: {
                "listing": self.listing, "weekday": 1, "start": "19:00", "attendance": "online",
                "source": self.source,
            },
            Opening: {
                "listing": self.listing, "state": "open", "source": self.source, "as_of": NOW,
                "expires_at": NOW + HOUR,
            },
            ImportRun: {
                "source": self.source, "file_name": "f", "file_hash": "0", "started_at": NOW,
                "heartbeat_at": NOW,
            },
            HelpLine: {
                "code": "x", "country": "US", "name": "X", "purpose": "crisis", "number": "988",
                "about": "…", "source_url": "https://988lifeline.org", "source_date": NOW.date(),
                "next_check": NOW.date() + dt.timedelta(days=90),
            },
            Place: {
                "slug": "p", "kind": "town", "name": "P", "name_folded": "p", "country": "US",
                "latitude": 1.0, "longitude": 1.0, "source": "geonames",
            },
            Term: {"code": "new", "facet": "type", "bit": 9, "label": "New"},
            Source: {"code": "t", "name": "T", "policy": "untrusted"},
            Catalogue: {},
        }  # fmt: skip
        words = {"@user": self.user, "@listing": self.listing}
        return model(
            **{**defaults[model], **{k: words.get(v, v) if isinstance(v, str) else v
                                     for k, v in values.items()}}
        )  # fmt: skip


REFUSED: list[tuple[type[models.Model], dict[str, Any]]] = [
    (Fact, {"source": None}),
    (Fact, {"value": None}),
    (Fact, {"value": False, "degree": "accepts"}),
    (Fact, {"degree": "sometimes"}),
    (Fact, {"checked_at": NOW}),
    (Fact, {"checked_by": "@user"}),
    (Listing, {"source": None, "status": "published"}),
    (Listing, {"source": None, "status": "temporarily-closed"}),
    (Listing, {"name": ""}),
    (Listing, {"latitude": 91.0, "longitude": 0.0, "precision": "exact"}),
    (Listing, {"latitude": 0.0, "longitude": 181.0, "precision": "exact"}),
    (Listing, {"latitude": 0.0, "precision": "exact"}),
    (Listing, {"latitude": 0.0, "longitude": 0.0}),
    (Listing, {"precision": "exact"}),
    (Listing, {"checked_at": NOW}),
    (Listing, {"status": "merged"}),
    (Listing, {"status": "published", "merged_into": "@listing"}),
    (Phone, {"source": None}),
    (Phone, {"number": "call us"}),
    (Phone, {"number": "2025550101"}),
    (Phone, {"extension": "x1"}),
    (Phone, {"checked_by": "@user"}),
    (Meeting, {"weekday": 0}),
    (Meeting, {"weekday": 8}),
    (Meeting, {"attendance": "maybe"}),
    (Meeting, {"duration_minutes": 0}),
    (Meeting, {"starts_on": NOW.date(), "ends_on": NOW.date() - dt.timedelta(days=1)}),
    (Meeting, {"source": None}),
    (Opening, {"expires_at": NOW}),
    (Opening, {"expires_at": NOW - HOUR}),
    (Opening, {"state": "perhaps"}),
    (Opening, {"source": None}),
    (ImportRun, {"status": "complete"}),
    (ImportRun, {"status": "running", "finished_at": NOW}),
    (ImportRun, {"status": "complete", "finished_at": NOW - HOUR}),
    (HelpLine, {"source_url": ""}),
    (HelpLine, {"number": "nine-eight-eight"}),
    (HelpLine, {"next_check": NOW.date() - dt.timedelta(days=1)}),
    (HelpLine, {"checked_at": NOW}),
    (Place, {"latitude": -90.5}),
    (Place, {"longitude": 180.5}),
    (Place, {"radius_miles": 0}),
    (Place, {"country": "us"}),
    (Term, {"bit": 320}),
    (Term, {"bit": 0}),
    (Term, {"label": ""}),
    (Source, {"policy": "whatever"}),
    (Catalogue, {"id": 2}),
]
ALLOWED: list[tuple[type[models.Model], dict[str, Any]]] = [
    (Fact, {}),
    (Fact, {"value": False}),
    (Fact, {"degree": "only"}),
    (Fact, {"checked_at": NOW, "checked_by": "@user"}),
    (Listing, {"source": None, "status": "draft"}),
    (Listing, {"status": "published"}),
    (Listing, {"latitude": 90.0, "longitude": -180.0, "precision": "exact"}),
    (Listing, {"checked_at": NOW, "checked_by": "@user"}),
    (Listing, {"status": "merged", "merged_into": "@listing"}),
    (Phone, {"number": "988"}),
    (Phone, {"extension": "173"}),
    (Meeting, {"weekday": 7}),
    (Meeting, {"starts_on": NOW.date(), "ends_on": NOW.date()}),
    (Opening, {"wait_days": None}),
    (ImportRun, {}),
    (ImportRun, {"status": "complete", "finished_at": NOW}),
    (HelpLine, {}),
    (Place, {}),
    (Term, {"bit": 319}),
    (Source, {}),
]


def label(case: Any) -> str | None:
    return case.__name__ if isinstance(case, type) else None


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "values"), REFUSED, ids=label)
def test_refused(model: type[models.Model], values: dict[str, Any]) -> None:
    row = World().build(model, values)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.bulk_create([row])


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "values"), ALLOWED, ids=label)
def test_allowed(model: type[models.Model], values: dict[str, Any]) -> None:
    World().build(model, values).save()


@pytest.mark.django_db
def test_one_running_import_for_each_source() -> None:
    world = World()
    world.build(ImportRun, {}).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        world.build(ImportRun, {}).save()


@pytest.mark.django_db
def test_unknown_is_null_or_no_row() -> None:
    world = World()
    assert world.listing.facts.count() == 0
    for name in ("latitude", "longitude", "checked_at", "checked_by", "last_seen_on"):
        assert getattr(world.listing, name) is None
    opening = Opening(
        listing=world.listing, state="open", source=world.source,
        as_of=timezone.now() - 2 * HOUR, expires_at=timezone.now() - HOUR,
    )  # fmt: skip
    opening.save()
    assert not Opening.objects.holding().exists(), "an expired opening means not known"
