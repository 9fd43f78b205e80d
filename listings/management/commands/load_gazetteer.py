"""Load the committed gazetteer file."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from listings.geocoding.datafile import (
    GAZETTEER,
    BadGazetteerError,
    content_hash,
    read_gazetteer,
)
from listings.geocoding.loading import (
    add_names,
    is_loaded,
    mark_loaded,
    refresh_statistics,
    upsert_places,
)
from listings.geocoding.rows import PlaceRow
from listings.values.text import fold_place

SET_NAME = "gazetteer"
REPORT_EVERY = 50_000


class Command(BaseCommand):
    help = "Load ZIP codes, towns, counties, states and countries; does nothing when up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, default=GAZETTEER, help="another file of the same format"
        )

    def handle(self, *, file: Path, **options: Any) -> None:
        started = time.monotonic()
        try:
            content = content_hash(file)
            if is_loaded(SET_NAME, content):
                self.stdout.write("The gazetteer is up to date.")
                return
            with transaction.atomic():
                places, names = self._load(file)
                mark_loaded(SET_NAME, content, places)
        except BadGazetteerError as error:
            raise CommandError(str(error)) from error
        refresh_statistics()
        seconds = time.monotonic() - started
        self.stdout.write(f"Loaded {places:,} places and {names:,} other names in {seconds:.1f} s.")

    def _load(self, file: Path) -> tuple[int, int]:
        self._names: dict[str, dict[str, str]] = {}
        places = upsert_places(self._rows(file))
        return places, add_names(self._names)

    def _rows(self, file: Path) -> Iterator[PlaceRow]:
        for number, entry in enumerate(read_gazetteer(file), start=1):
            if entry.names:
                self._names[entry.slug] = {fold_place(name): name for name in entry.names}
            yield entry.row()
            if number % REPORT_EVERY == 0:
                self.stdout.write(f"{number:,} places read")
