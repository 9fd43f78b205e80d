"""The search form of the home page and of the page for addresses that do not exist."""

from collections.abc import Mapping
from typing import Any

from listings.search.criteria import DEFAULT_MILES, DISTANCES_MILES
from listings.search.vocabulary import vocabulary


def search_form() -> Mapping[str, Any]:
    """The doors of the directory with their one-line explanations, and the distances offered."""
    doors = vocabulary().by_facet["type"].terms
    return {
        "doors": doors,
        "distances": [(miles, miles == DEFAULT_MILES) for miles in DISTANCES_MILES],
    }
