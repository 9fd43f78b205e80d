"""Fills the site's own tables with a made-up catalogue."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction

from listings.geocoding.datafile import Entry
from listings.models import Catalogue as CatalogueRow
from listings.models import Listing, Meeting, Opening, Phone, Place, Provider, Source
from tests.benchmarks.search_parts.bulk import Value, empty, in_bulk, insert
from tests.benchmarks.search_parts.facets import ATTENDED
from tests.benchmarks.search_parts.made_up import (
    SEED,
    Catalogue,
    Whole,
    hexadecimal,
    random_ids,
    row_bytes,
    towns,
)
from tests.benchmarks.search_parts.names import opening_hours, provider_name

CHUNK = 50_000
WITH_MEETINGS, MOST_MEETINGS = 0.10, 3
WITH_OPENING = 0.01
STATES = ("open", "waiting-list", "full")


def fill(catalogue: Catalogue, now: dt.datetime) -> None:
    """Put this catalogue in the place of all listings there are, under a new version."""
    empty(Phone, Meeting, Opening, Listing, Provider)
    user, _ = get_user_model().objects.get_or_create(username="checker")
    source, _ = Source.objects.get_or_create(
        code="made-up", defaults={"name": "Made up", "policy": Source.Policy.REGISTER}
    )
    with in_bulk():
        version = CatalogueRow.objects.next_version().version
        common = {"source_id": source.pk, "checked_by_id": user.pk, "version": version}
        _fill_providers(int(catalogue.provider.max()))
        for start in range(0, len(catalogue), CHUNK):
            rows = catalogue.take(np.arange(start, min(start + CHUNK, len(catalogue))))
            dice = np.random.default_rng([SEED, start])
            _fill_listings(rows, common)
            _fill_phones(rows, source.pk)
            _fill_meetings(rows, source.pk, dice)
            _fill_openings(rows, source.pk, dice, now)


def add_places(entries: Sequence[Entry]) -> None:
    """Make these towns known to the site."""
    Place.objects.bulk_create(Place(**entry.row()._asdict()) for entry in entries)


def change(pks: Sequence[int]) -> None:
    """Change the facts of these listings as a curator's transaction does."""
    with transaction.atomic():
        version = CatalogueRow.objects.next_version().version
        word = version.to_bytes(40, "little")
        Listing.objects.filter(pk__in=pks).update(yes_bits=word, version=version)


def _fill_providers(count: int) -> None:
    names = [provider_name(number) for number in range(1, count + 1)]
    insert(
        Provider,
        {
            "id": range(1, count + 1),
            "public_id": hexadecimal(random_ids(count, np.random.default_rng(count))),
            "name": names,
            "name_key": [name.lower() for name in names],
        },
    )


def _fill_listings(rows: Catalogue, common: dict[str, int]) -> None:
    size = len(rows)
    places = [towns()[number] for number in rows.town.tolist()]
    country, region = (column.tolist() for column in rows.addresses())
    hours = [*opening_hours(), ""]
    checked = _days(rows.checked_on)
    columns: dict[str, Sequence[Value]] = {
        "id": rows.key.tolist(),
        "public_id": hexadecimal(rows.public_id),
        "source_id": [common["source_id"]] * size,
        "provider_id": rows.provider.tolist(),
        "status": [Listing.Status.PUBLISHED.value] * size,
        "unverified": rows.unverified.astype(int).tolist(),
        "name": rows.name.tolist(),
        "city": [place.name for place in places],
        "region": region,
        "country": country,
        "timezone": [place.timezone for place in places],
        "opening_hours": [hours[number] for number in rows.hours.tolist()],
        "online_only": rows.online.astype(int).tolist(),
        "checked_at": [day and f"{day} 12:00:00" for day in checked],
        "checked_by_id": [common["checked_by_id"] if day else None for day in checked],
        "last_seen_on": _days(rows.seen_on),
        # A rough key: imports compare by it, searches never do.
        "name_key": [name.lower() for name in rows.name],
        "version": [common["version"]] * size,
    }
    placed = [bool(code) or not online for code, online in zip(country, rows.online, strict=True)]
    for name, degrees in (("latitude", rows.latitude), ("longitude", rows.longitude)):
        columns[name] = [
            degree if known else None
            for degree, known in zip(degrees.tolist(), placed, strict=True)
        ]
    columns["precision"] = [Listing.Precision.EXACT.value if known else "" for known in placed]
    for name in ("yes", "no", "dedicated", "only"):
        columns[f"{name}_bits"] = row_bytes(getattr(rows, name))
    insert(Listing, columns)


def _days(ordinals: Whole) -> list[str | None]:
    numbers, where = np.unique(ordinals, return_inverse=True)
    texts = [dt.date.fromordinal(day).isoformat() if day else None for day in numbers.tolist()]
    return [texts[number] for number in where.tolist()]


def _fill_phones(rows: Catalogue, source: int) -> None:
    insert(
        Phone,
        {
            "listing_id": rows.key.tolist(),
            # 555-01xx is set aside for fiction.
            "number": [f"+1{201 + key // 100 % 798}55501{key % 100:02}" for key in rows.key],
            "source_id": [source] * len(rows),
        },
    )


def _fill_meetings(rows: Catalogue, source: int, dice: np.random.Generator) -> None:
    groups = np.flatnonzero(dice.random(len(rows)) < WITH_MEETINGS)
    held = np.repeat(groups, dice.integers(1, MOST_MEETINGS + 1, len(groups)))
    hours = dice.integers(6, 22, len(held)).tolist()
    insert(
        Meeting,
        {
            "public_id": hexadecimal(random_ids(len(held), dice)),
            "listing_id": rows.key[held].tolist(),
            "weekday": dice.integers(1, 8, len(held)).tolist(),
            "start": [f"{hour:02}:30:00" for hour in hours],
            "duration_minutes": [60] * len(held),
            "timezone": [towns()[number].timezone for number in rows.town[held].tolist()],
            "attendance": [ATTENDED[way] for way in dice.integers(0, 3, len(held)).tolist()],
            "source_id": [source] * len(held),
        },
    )


def _fill_openings(
    rows: Catalogue, source: int, dice: np.random.Generator, now: dt.datetime
) -> None:
    held = rows.key[dice.random(len(rows)) < WITH_OPENING].tolist()
    day = dt.timedelta(days=1)
    insert(
        Opening,
        {
            "listing_id": held,
            "state": [STATES[state] for state in dice.integers(0, 3, len(held)).tolist()],
            "wait_days": dice.integers(0, 30, len(held)).tolist(),
            "source_id": [source] * len(held),
            "as_of": [f"{now - day:%Y-%m-%d %H:%M:%S}"] * len(held),
            "expires_at": [f"{now + day:%Y-%m-%d %H:%M:%S}"] * len(held),
        },
    )
