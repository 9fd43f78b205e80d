"""The help lines on every page; where the table has none, those that ship with the code."""

import logging
from dataclasses import asdict
from functools import cache, lru_cache

from django.db import DatabaseError

from listings.exchange.help_lines import read_help_lines
from listings.models import HelpLine
from listings.search.index import Stamp

log = logging.getLogger("listings.help_lines")


@lru_cache(maxsize=8)
def help_lines_at(stamp: Stamp, country: str) -> list[HelpLine]:
    """The lines as they are at a version of the catalogue, which a view has just read."""
    return help_lines(country)


def help_lines(country: str) -> list[HelpLine]:
    """The country's lines, emergency first; the built-in ones where the table has none."""
    try:
        lines = list(HelpLine.objects.of_country(country))
    except DatabaseError:
        lines = []
    if not lines:
        log.warning("No help lines of %s are loaded, so the built-in ones are shown.", country)
        lines = [line for line in built_in() if line.country == country]
    return sorted(lines, key=lambda line: line.purpose != HelpLine.Purpose.EMERGENCY)


@cache
def built_in() -> tuple[HelpLine, ...]:
    """The lines of the file that ships with the code, never saved; read once."""
    specs = sorted(read_help_lines(), key=lambda spec: spec.order)
    return tuple(HelpLine(**asdict(spec)) for spec in specs if not spec.withdrawn)
