"""``manage.py find``: the answers of the public site, from the command line."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone
from rapidfuzz import process

from listings.geocoding.gazetteer import find_places
from listings.models import Place
from listings.models.phone import first_phone
from listings.search.criteria import SearchCriteria
from listings.search.filters import criteria_from, filter_set
from listings.search.order import SORTS
from listings.search.results import Asking, Result
from listings.search.serving import current_index
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.values.text import clean

MOST_ROWS = 2_000
SHOWN_CANDIDATES = 10


class Command(BaseCommand):
    help = "Search the directory as the site does: same place names, filters, order and counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--near", default="", help="town, ZIP code, county, state or slug")
        parser.add_argument("--within", default="", help="distance in miles (25)")
        parser.add_argument("--text", default="", help="a name, or words: methadone clinic")
        parser.add_argument("--type", action="append", default=[], help="detox, inpatient, …")
        parser.add_argument("--fact", action="append", default=[], help="code of a term; repeat")
        parser.add_argument(
            "--known", action="append", default=[], help="facet in which not known is left out"
        )
        parser.add_argument(
            "--older", action="store_true", help="with those nobody has confirmed for a year"
        )
        parser.add_argument("--sort", default="best", choices=SORTS)
        parser.add_argument("--limit", type=int, default=20, help=f"rows shown, 1 to {MOST_ROWS}")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *, near: str, limit: int, **options: Any) -> None:
        if not 1 <= limit <= MOST_ROWS:
            raise CommandError(f"--limit must be a whole number from 1 to {MOST_ROWS}.")
        index = current_index()
        words = vocabulary(index.stamp)
        if not words.by_code:
            raise CommandError("The taxonomy is not loaded; run manage.py load_taxonomy first.")
        place = self.place(near) if near else None
        filters = filter_set(_query(words, options), words)
        criteria, notices = criteria_from(filters, place, words)
        for sentence in notices:
            self.stderr.write(sentence)
        asking = Asking(index, words, timezone.now())
        page = asking.page(replace(criteria, page_size=limit))
        for typed, meant in page.reading.corrected:
            self.stderr.write(f"“{typed}” is not known; looked for “{meant}”.")
        for unknown in page.reading.unknown:
            self.stderr.write(f"No listing has “{unknown}”.")
        if older := asking.older(criteria, page.total):
            self.stderr.write(f"{older:,} more were confirmed over a year ago; see --older.")
        if options["json"]:
            self.write_json(page.results, page.total, place, criteria)
        else:
            self.write_rows(page.results, page.total, place)

    def place(self, near: str) -> Place:
        """The place that was meant; CommandError with the candidates where several may be."""
        by_slug = Place.objects.filter(slug=clean(near).lower()).first()
        if by_slug:
            return by_slug
        found = find_places(near, home_country=settings.HOME_COUNTRY, limit=SHOWN_CANDIDATES)
        if not found.matches:
            raise CommandError(
                f"“{found.typed}” is no place we know. Try a ZIP code, or a town with its state."
            )
        meant = found.meant(settings.HOME_COUNTRY)
        if meant:
            self.stderr.write(f"Place: {meant.label} ({meant.slug})")
            return meant
        lines = "\n".join(
            f"  {p.slug:<28} {p.label}" + (f", {p.population:,} people" if p.population else "")
            for p in found.matches
        )
        raise CommandError(f"Which one? Give one of these to --near:\n{lines}")

    def write_rows(self, results: list[Result], total: int, place: Place | None) -> None:
        where = f"near {place.label}" if place else "in all places"
        self.stdout.write(f"{total:,} found {where}")
        for number, result in enumerate(results, start=1):
            listing = result.listing
            miles = f"{result.miles:>6.1f} miles  " if result.miles is not None else ""
            town = ", ".join(part for part in (listing.city, listing.region) if part)
            first = first_phone(result.shown.phones)
            phone = first.value.display if first else "no phone known"
            self.stdout.write(f"{number:>3}. {miles}{listing}  ({town or 'online'})  {phone}")
            self.stdout.write(f"     known yes: {_labels(result.known)}")
            if result.not_known:
                self.stdout.write(f"     not known: {_labels(result.not_known)}")
            if listing.unverified:
                self.stdout.write("     not verified")

    def write_json(
        self, results: list[Result], total: int, place: Place | None, criteria: SearchCriteria
    ) -> None:
        answer = {
            "place": place and {"slug": place.slug, "label": place.label},
            "criteria": {
                "miles": getattr(criteria.scope, "miles", None),
                "chosen": {facet: list(codes) for facet, codes in criteria.chosen.items()},
                "known_only": sorted(criteria.known_only),
                "sort": criteria.sort,
            },
            "total": total,
            "results": [_row(result) for result in results],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _query(words: Vocabulary, options: dict[str, Any]) -> QueryDict:
    """The options as the query string of the results page."""
    query = QueryDict(mutable=True)
    types = [term.code for term in words.by_facet["type"].terms]
    for code in options["type"]:
        if code not in types:
            raise CommandError(f"“{code}” is no type of help. Give one of: {', '.join(types)}.")
    for code in (*options["type"], *options["fact"]):
        term = words.by_code.get(code)
        if term is None or not term.filterable:
            raise CommandError(f"There is no term “{code}”.{_nearest(code, [*words.bits])}")
        query.appendlist(term.facet, code)
    for facet in options["known"]:
        if facet not in words.by_facet:
            raise CommandError(f"There is no facet “{facet}”.{_nearest(facet, [*words.by_facet])}")
        query.appendlist("known", facet)
    for name, option in (("within", "within"), ("sort", "sort"), ("q", "text")):
        query[name] = options[option]
    query["older"] = "1" if options["older"] else ""
    return query


def _nearest(code: str, codes: list[str]) -> str:
    near = process.extractOne(code, codes, score_cutoff=50)
    return f" Did you mean “{near[0]}”?" if near else ""


def _labels(terms: list[Any]) -> str:
    return ", ".join(term.shown_label for term in terms) or "nothing was asked"


def _row(result: Result) -> dict[str, Any]:
    listing = result.listing
    return {
        "id": str(listing.public_id),
        "name": listing.name,
        "second_name": listing.second_name,
        "miles": None if result.miles is None else round(result.miles, 2),
        "city": listing.city,
        "region": listing.region,
        "phones": [
            {"number": phone.value.display, "role": phone.role} for phone in result.shown.phones
        ],
        "types": [term.code for term in result.types],
        "matched": {term.code: "yes" for term in result.known}
        | {term.code: "not known" for term in result.not_known},
        "unverified": listing.unverified,
        "url": listing.get_absolute_url(),
    }
