"""The models, one file per subject."""

from listings.models.catalogue import Catalogue
from listings.models.conflict import Conflict
from listings.models.fact import Fact
from listings.models.help_line import HelpLine
from listings.models.listing import Listing
from listings.models.meeting import Meeting
from listings.models.opening import Opening
from listings.models.phone import Phone
from listings.models.place import Place, PlaceName, PlaceSet
from listings.models.provider import Provider
from listings.models.review_event import ReviewEvent
from listings.models.source import ImportRun, ListingIdentifier, Source, SourceRecord
from listings.models.suggestion import Suggestion
from listings.models.term import Term

__all__ = [
    "Catalogue", "Conflict", "Fact", "HelpLine", "ImportRun", "Listing", "ListingIdentifier",
    "Meeting", "Opening", "Phone", "Place", "PlaceName", "PlaceSet", "Provider", "ReviewEvent",
    "Source", "SourceRecord", "Suggestion", "Term",
]  # fmt: skip
