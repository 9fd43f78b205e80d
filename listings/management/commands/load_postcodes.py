"""Load a file of postcodes of any country."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from listings.geocoding.datafile import BadGazetteerError, content_hash
from listings.geocoding.loading import mark_loaded, refresh_statistics, upsert_places
from listings.geocoding.postcode_files import BadPostcodesError
from listings.geocoding.postcodes import PostcodeReport, read_countries


def country_codes(text: str) -> frozenset[str]:
    """The countries of a list such as GB,CA,IE."""
    codes = frozenset(part.strip().upper() for part in text.split(","))
    wrong = [code for code in codes if len(code) != 2 or not code.isalpha()]
    if wrong:
        raise ArgumentTypeError(f"“{text}” must be two-letter country codes such as GB,CA,IE")
    return codes


class Command(BaseCommand):
    help = "Load a GeoNames postal file (.txt, .zip, .csv, .gz); Census ZIP codes stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--countries",
            type=country_codes,
            default=frozenset(),
            metavar="GB,CA,IE",
            help="only these countries (all, when not given)",
        )

    def handle(self, *, path: Path, countries: frozenset[str], **options: Any) -> None:
        started = time.monotonic()
        report = PostcodeReport()
        try:
            with transaction.atomic():
                loaded = self._load(path, report, countries)
                mark_loaded(f"postcodes {path.name}"[:60], content_hash(path), loaded)
        except (BadPostcodesError, BadGazetteerError) as error:
            raise CommandError(str(error)) from error
        refresh_statistics()
        self._print_problems(report)
        self.stdout.write(
            f"{report.read:,} rows read, {loaded:,} postcodes loaded, {report.bad:,} rows left "
            f"out, {time.monotonic() - started:.1f} s."
        )

    def _load(self, path: Path, report: PostcodeReport, countries: frozenset[str]) -> int:
        loaded = 0
        for country, rows in read_countries(path, report, countries):
            loaded += upsert_places(rows, keep_other_sources=True)
            self.stdout.write(f"{country}: {len(rows):,} postcodes")
        if not loaded:
            raise BadPostcodesError(f"{path} holds no usable row of the countries asked for.")
        return loaded

    def _print_problems(self, report: PostcodeReport) -> None:
        for line, reason in report.problems:
            self.stderr.write(f"Line {line}: {reason}; left out.")
        if report.bad > len(report.problems):
            self.stderr.write(f"... and {report.bad - len(report.problems):,} more rows.")
