"""The history: one event for each change, in one chain that shows what was tampered with."""

import pytest
from django.db import transaction

from listings.curation import actions, history
from listings.models import Catalogue, Listing, ReviewEvent, Source


def chain_holds() -> bool:
    previous = ""
    for event in ReviewEvent.objects.order_by("pk").select_related("listing"):
        listing = str(event.listing.public_id) if event.listing else ""
        if event.previous != previous or event.digest != history.digest(event, listing):
            return False
        previous = event.digest
    return previous == Catalogue.objects.current().chain_head


@pytest.fixture
def listing(db: None) -> Listing:
    source = Source.objects.create(code="s", name="S", policy="register")
    return Listing.objects.create(source=source, name="Mill Clinic")


def test_a_status_change_is_one_event_and_one_version(listing: Listing) -> None:
    before = Catalogue.objects.current().version
    actions.set_status(listing, "published", by=None, reason="checked", via="command")
    event = ReviewEvent.objects.get()
    assert event.changes == {"status": ["draft", "published"]}
    assert event.version == Catalogue.objects.current().version == before + 1
    assert Listing.objects.get().version == event.version
    assert chain_holds()


def test_a_listing_without_source_is_never_published(db: None) -> None:
    orphan = Listing.objects.create(name="Nobody's")
    with pytest.raises(actions.Refused, match="needs a source"):
        actions.set_status(orphan, "published", by=None, reason="", via="command")


@pytest.mark.parametrize("harm", ["change", "remove", "insert"])
def test_tampering_shows(listing: Listing, harm: str) -> None:
    for status in ("published", "temporarily-closed", "published", "closed"):
        actions.set_status(listing, status, by=None, reason="", via="command")
    assert chain_holds()
    second = ReviewEvent.objects.order_by("pk")[1]
    if harm == "change":
        ReviewEvent.objects.filter(pk=second.pk).update(reason="something else")
    elif harm == "remove":
        second.delete()
    else:
        second.pk, second.digest = None, "0" * 64
        second.save()
    assert not chain_holds()


def test_a_version_needs_a_transaction(transactional_db: None) -> None:
    Catalogue.objects.get_or_create(pk=1)
    with pytest.raises(RuntimeError, match="belongs in a transaction"):
        Catalogue.objects.next_version()
    with transaction.atomic():
        assert Catalogue.objects.next_version().version == Catalogue.objects.current().version
