"""Small makers of rows for tests; each gives one row that breaks no constraint."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from listings.curation import packing
from listings.curation import terms as term_table
from listings.geocoding.rows import place_row
from listings.models import Catalogue, Fact, HelpLine, Listing, Meeting, Phone, Place, Source, Term

HARTFORD = (41.7637, -72.6851)
_numbers = itertools.count(100)


def load_terms() -> dict[str, Term]:
    """The terms of the taxonomy files, by code; loaded once in each test that needs them."""
    if not Term.objects.exists():
        term_table.load_terms()
    return {term.code: term for term in Term.objects.all()}


def make_source(code: str = "register", **fields: Any) -> Source:
    """An official register, the same row each time it is asked for."""
    values = {"name": "Register of Tests", "policy": "register", "licence": "CC0", **fields}
    return Source.objects.get_or_create(code=code, defaults=values)[0]


def make_listing(
    name: str = "Harbour House",
    *,
    facts: Mapping[str, bool | str] | None = None,
    point: tuple[float, float] | None = HARTFORD,
    phones: Sequence[str] | None = None,
    source: Source | None = None,
    as_of: dt.date | None = None,
    **fields: Any,
) -> Listing:
    """A published listing in Hartford, named by a register today.

    ``facts`` gives each term code True, False or a degree ("accepts", "dedicated", "only").
    """
    source = source or make_source()
    values: dict[str, Any] = {
        "status": Listing.Status.PUBLISHED, "city": "Hartford", "region": "CT",
        "postcode": "06103", "country": "US", "street": "12 Main St",
        "last_seen_on": timezone.localdate(), "timezone": "America/New_York",
    }  # fmt: skip
    if point:
        values |= {"latitude": point[0], "longitude": point[1], "precision": "exact"}
    listing = Listing.objects.create(name=name, source=source, **(values | fields))
    for number in phones if phones is not None else [f"+1860555{next(_numbers) % 10_000:04d}"]:
        Phone.objects.create(listing=listing, number=number, source=source, as_of=as_of)
    add_facts(listing, facts if facts is not None else {"detox": True}, source, as_of)
    return listing


def add_facts(
    listing: Listing,
    facts: Mapping[str, bool | str],
    source: Source,
    as_of: dt.date | None = None,
) -> None:
    """Write facts and the packed row that searches read."""
    terms = load_terms()
    for code, value in facts.items():
        Fact.objects.create(
            listing=listing,
            term=terms[code],
            value=bool(value),
            degree=value if isinstance(value, str) else "",
            source=source,
            as_of=as_of,
        )
    stamp(listing)


def stamp(listing: Listing) -> None:
    """Pack a listing and give it a new version, so that a search that is under way sees it."""
    with transaction.atomic():
        listing.version = Catalogue.objects.next_version().version
        packing.repack([listing])
        listing.save()


def make_group(name: str = "Families of Hartford", **fields: Any) -> Listing:
    """A family group that meets online on Tuesdays at seven in the evening, New York time."""
    values: dict[str, Any] = {
        "facts": {"family-support": True, "online": True},
        "online_only": True, "phones": [], "point": None,
        "street": "", "city": "", "region": "", "postcode": "",
    }  # fmt: skip
    listing = make_listing(name, **(values | fields))
    make_meeting(listing)
    return listing


def make_meeting(listing: Listing, **fields: Any) -> Meeting:
    """Tuesdays at 19:00 in New York, for an hour, online."""
    values: dict[str, Any] = {
        "weekday": Meeting.Weekday.TUESDAY, "start": dt.time(19), "duration_minutes": 60,
        "timezone": "America/New_York", "attendance": "online", "source": listing.source,
    }  # fmt: skip
    meeting = Meeting.objects.create(listing=listing, **(values | fields))
    stamp(listing)
    return meeting


def make_place(slug: str = "hartford-ct", **fields: Any) -> Place:
    """Hartford in Connecticut, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": "town", "name": "Hartford", "country": "US", "region_code": "CT",
        "latitude": HARTFORD[0], "longitude": HARTFORD[1], "population": 121_054,
        "prominence": 121_054, "source": "geonames",
    }  # fmt: skip
    return Place.objects.create(**place_row(slug=slug, **(values | fields))._asdict())


def make_help_line(**fields: Any) -> HelpLine:
    """A crisis line of the United States that nobody has checked."""
    values: dict[str, Any] = {
        "code": "us-test", "country": "US", "name": "Test Line", "purpose": "crisis",
        "number": "988", "about": "For tests.", "source_url": "https://line.example/",
        "source_date": dt.date(2026, 1, 2), "next_check": dt.date(2026, 4, 2), "hours": "24/7",
    }  # fmt: skip
    return HelpLine.objects.create(**(values | fields))
