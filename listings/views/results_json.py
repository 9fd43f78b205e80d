"""A page of results for programs."""

from typing import Any

from listings.search.criteria import Circle
from listings.search.results import Result, ResultPage
from listings.views.asked_search import Search


def as_json(search: Search, page: ResultPage) -> dict[str, Any]:
    """Results in order, total, and the counts behind every value: known yes and not known.

    Distances are in miles; what is asked for and not known is listed, never given as no. Words of
    the text that nobody has stand under ``corrected``, with what was looked for instead, or else
    under ``unknown_words``.
    """
    scope = search.criteria.scope
    return {
        "catalogue_version": search.asking.index.stamp.version,
        "place": search.place and {"slug": search.place.slug, "label": search.place.label},
        "within_miles": scope.miles if isinstance(scope, Circle) else None,
        "total": page.total,
        "page": page.page,
        "pages": page.pages,
        "results": [result_as_json(result) for result in page.results],
        "counts": {code: list(count) for code, count in page.counts.facts.items()},
        "programme_counts": {code: count.yes for code, count in page.counts.programmes.items()},
        "time_counts": {
            f"{facet}:{value}": list(count) for (facet, value), count in page.counts.times.items()
        },
        "notices": search.notices,
        "corrected": dict(page.reading.corrected),
        "unknown_words": list(page.reading.unknown),
    }


def result_as_json(result: Result) -> dict[str, Any]:
    """One listing; a withheld address gives no distance below a mile."""
    listing = result.listing
    return {
        "id": str(listing.public_id),
        "name": listing.name,
        "second_name": listing.second_name,
        "miles": _miles(result),
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


def _miles(result: Result) -> float | None:
    if result.miles is None:
        return None
    if result.listing.address_withheld:
        return float(max(1, round(result.miles)))
    return round(result.miles, 2)
