"""Make the committed gazetteer file anew from the published data."""

import json
import lzma
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from listings.geocoding.building.atlas import MissingSourceError, borders, read_shapes
from listings.geocoding.building.gazetteer import GazetteerBuilder
from listings.geocoding.building.sources import read_geonames, read_zctas
from listings.geocoding.datafile import BORDERS, GAZETTEER, write_gazetteer
from listings.values.states import STATES


class Command(BaseCommand):
    help = "Build the gazetteer file from Census, us-atlas and GeoNames data (for maintainers)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--atlas",
            type=Path,
            required=True,
            metavar="DIR",
            help="the unpacked npm package us-atlas (npm pack us-atlas)",
        )

    def handle(self, *, atlas: Path, **options: Any) -> None:
        started = time.monotonic()
        try:
            states, counties = read_shapes(atlas, "states"), read_shapes(atlas, "counties")
            builder = GazetteerBuilder(read_geonames(), states, counties)
            zctas = read_zctas()
        except MissingSourceError as error:
            raise CommandError(str(error)) from error
        entries = builder.build(zctas)
        write_gazetteer(entries, GAZETTEER)
        shapes = borders(states, {state.fips: state.code for state in STATES})
        text = json.dumps(shapes, separators=(",", ":"), sort_keys=True).encode()
        BORDERS.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
        names = sum(len(entry.names) for entry in entries)
        self.stdout.write(
            f"{len(entries):,} places and {names:,} other names in {GAZETTEER.stat().st_size:,} "
            f"bytes, borders in {BORDERS.stat().st_size:,} bytes, "
            f"{time.monotonic() - started:.0f} s."
        )
