"""Django's own admin, one file for each subject."""

from listings.admin import (
    catalogue,
    help_lines,
    history,
    inbox,
    listings,
    parts,
    places,
    providers,
    runs,
    site,
    sources,
    terms,
)

__all__ = [
    "catalogue", "help_lines", "history", "inbox", "listings", "parts", "places", "providers",
    "runs", "site", "sources", "terms",
]  # fmt: skip
