"""The search index that answers a request: asked for once, however many parts of it need it."""

from django.http import HttpRequest

from listings.search.index import Index, Stamp
from listings.search.serving import current_index

_KEPT = "_index"


def index_of(request: HttpRequest) -> Index:
    """The index at the version that the catalogue had when the request first asked."""
    index: Index | None = getattr(request, _KEPT, None)
    if index is None:
        index = current_index()
        setattr(request, _KEPT, index)
    return index


def stamp_of(request: HttpRequest) -> Stamp:
    """Epoch and version of that index."""
    return index_of(request).stamp


def known_stamp(request: HttpRequest) -> Stamp | None:
    """The stamp if the request has asked for the index already, without asking the database."""
    index: Index | None = getattr(request, _KEPT, None)
    return index.stamp if index else None
