"""Load the taxonomy files into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from listings.curation import actions
from listings.curation.terms import load_terms
from listings.taxonomy import TaxonomyError, check


class Command(BaseCommand):
    help = "Load facets and terms from listings/taxonomy. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check()
            new, changed, same = load_terms()
        except (TaxonomyError, actions.Refused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Taxonomy: {new} new terms, {changed} changed, {same} the same.")
