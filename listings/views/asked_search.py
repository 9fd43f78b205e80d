"""A request for results, understood: place, criteria, and what had to be left out."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from listings.models import Place
from listings.search.criteria import SearchCriteria
from listings.search.filters import criteria_from, filter_set
from listings.search.results import Asking, ResultPage
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.views.address import ResultsAddress, chosen_pairs
from listings.web.asked_index import index_of

LONGEST_QUERY = 16_384
"""Letters of a query string that are read; every filter ticked is 10,000."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search as it was asked."""

    asking: Asking
    place: Place | None
    criteria: SearchCriteria
    notices: list[str]
    address: ResultsAddress

    @classmethod
    def of(cls, request: HttpRequest, slug: str) -> Self:
        """Read the request. Raises Http404 for a place that is not known."""
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise BadRequest("The query string is longer than any of ours.")
        index = index_of(request)
        words = vocabulary(index.stamp)
        place = get_object_or_404(Place, slug=slug) if slug else None
        filters = filter_set(request.GET, words)
        criteria, notices = criteria_from(filters, place, words)
        address = ResultsAddress(slug, chosen_pairs(filters, words))
        return cls(Asking(index, words, timezone.now()), place, criteria, notices, address)

    @property
    def words(self) -> Vocabulary:
        """The terms of the catalogue that answers."""
        return self.asking.words

    @property
    def canonical(self) -> str:
        """The same text for all requests with the same answer, and for no others."""
        pairs = [*self.address.pairs, ("page", str(self.criteria.page))]
        return f"{self.address.slug}?{urlencode(pairs)}\n" + "\n".join(self.notices)

    def page(self) -> ResultPage:
        """Answer it."""
        return self.asking.page(self.criteria)
