"""Import a source's file: read, compare, report, and apply."""

import dataclasses
import datetime as dt
import hashlib
import sys
from argparse import ArgumentTypeError
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils.text import slugify

from listings.exchange.fetch import fetch, open_path_or_url
from listings.exchange.importer import ImportRefused, import_reading
from listings.exchange.readers import READERS, Reading, findtreatment, meeting_guide
from listings.exchange.records import ReadError
from listings.exchange.report import from_saved
from listings.models import ImportRun
from listings.values.text import clean

_OWN_FEEDS = ("csv", "meeting-guide")
"""Formats in which many send files; the other formats have one sender each."""

_BAR = 30


class Command(BaseCommand):
    help = "Import listings from a file or https address. Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=sorted(READERS), help="which format the file has")
        parser.add_argument("path", metavar="PATH_OR_URL")
        parser.add_argument(
            "--as-of", type=_date, metavar="DATE", help="the source's own date, YYYY-MM-DD"
        )
        parser.add_argument(
            "--feed", default="", help="a name of its own for this csv or meeting feed's source"
        )
        parser.add_argument(
            "--programme", default=None, help="the fellowship of a meeting feed that names none"
        )
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument(
            "--accept-large-change",
            action="store_true",
            help="go on although more than 10 %% would change or 5 %% be gone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._import(options)
        except (ReadError, ImportRefused) as error:
            raise CommandError(clean(str(error))) from error
        except Error as error:
            raise CommandError(
                f"The database could not be written ({error}). Every listing so far is whole. Make"
                " room or wait a little, then run the same command again: it goes on from there."
            ) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Stopped by hand. Every listing so far is whole. Run the same command again: it"
                " goes on from there."
            ) from error
        except OSError as error:
            raise CommandError(
                f"The import could not go on ({error.strerror or error}). Every listing so far is"
                " whole. Mend that and run the same command again."
            ) from error
        self.stdout.write("\n".join(from_saved(run.report).lines()))
        if run.status == ImportRun.Status.STOPPED:
            raise CommandError("The import was stopped by the brake; see the last line above.")
        what = "Dry run: nothing was changed." if run.dry_run else "Import complete."
        self.stdout.write(f"\n{what} Saved as import run {run.pk}.")

    def _import(self, options: dict[str, Any]) -> ImportRun:
        path, source = options["path"], options["source"]
        hosts = settings.IMPORT_HOSTS
        if source == "findtreatment" and path.startswith("https://"):
            reading = findtreatment.read_pages(
                lambda page: fetch(findtreatment.page_url(path, page), allowed_hosts=hosts),
                name=path,
            )
            return self._read(reading, hashlib.sha256(path.encode()).hexdigest(), options)
        with open_path_or_url(path, allowed_hosts=hosts) as stream:
            file_hash = _hash(stream)
            if options["programme"] and source != "meeting-guide":
                raise CommandError("--programme is for meeting-guide feeds only.")
            if options["programme"]:
                reading = meeting_guide.read(stream, name=path, programme=options["programme"])
            else:
                reading = READERS[source](stream, name=path)
            return self._read(reading, file_hash, options)

    def _read(self, reading: Reading, file_hash: str, options: dict[str, Any]) -> ImportRun:
        if options["feed"]:
            feed = _feed(options["source"], options["feed"])
            spec = dataclasses.replace(
                reading.source, code=f"{options['source']}-{feed}", name=options["feed"][:200]
            )
            reading = dataclasses.replace(reading, source=spec)
        return import_reading(
            reading,
            file_name=options["path"],
            file_hash=file_hash,
            as_of=options["as_of"],
            dry_run=options["dry_run"],
            accept_large_change=options["accept_large_change"],
            progress=self._progress,
        )

    def _progress(self, what: str, rows: int, of: int) -> None:
        """A bar where the number of rows is known, a count where it is not; for terminals only."""
        if not sys.stderr.isatty():
            return
        done = min(_BAR, _BAR * rows // of) if of else 0
        bar = f" [{'#' * done}{' ' * (_BAR - done)}] of {of:,}" if of else ""
        end = "\n" if of and rows >= of else ""
        line = f"\r{what:<10} {rows:>9,} rows{bar} "
        self.stderr.write(line, style_func=str, ending=end)
        self.stderr.flush()


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no date; write it as 2026-11-22.") from error


def _feed(source: str, name: str) -> str:
    """The part of a source's code that a feed's own name gives it."""
    if source not in _OWN_FEEDS:
        raise CommandError(f"--feed is for {' and '.join(_OWN_FEEDS)}; {source} is one source.")
    feed = slugify(name)[:60]
    if not feed:
        raise CommandError(f"--feed “{name}” has no Latin letter or digit. Write it with some.")
    return feed


def _hash(stream: BinaryIO) -> str:
    digest = hashlib.file_digest(stream, "sha256")  # type: ignore[arg-type]
    stream.seek(0)
    return digest.hexdigest()
