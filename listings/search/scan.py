"""Reads the packed rows of all listings in a scope from the database and answers criteria."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from listings.models import Listing
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.search.matching import NO, PROGRAMME, YES, Choice, Row, choices, sort_key
from listings.values.geo import Point, bounding_boxes, haversine_miles

_COLUMNS = (
    "pk", "public_id", "latitude", "longitude", "online_only", "unverified", "name",
    "checked_at", "last_seen_on", "yes_bits", "no_bits", "dedicated_bits", "only_bits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """Behind one filter value: how many are a known yes, and how many more are not known."""

    yes: int = 0
    not_known: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in order, whether each has a known yes for all that was asked, and counts by term."""

    rows: list[Row] = field(default_factory=list)
    counts: dict[str, Count] = field(default_factory=dict)
    programme_counts: dict[str, Count] = field(default_factory=dict)


def answer(criteria: SearchCriteria, terms: Mapping[str, tuple[str, int]]) -> Answer:
    """Answer the criteria; ``terms`` maps every filterable code to (facet, bit)."""
    asked = choices(criteria, {code: bit for code, (_, bit) in terms.items()})
    tally = _Tally(terms)
    found: list[tuple[Row, bool]] = []
    for row in rows_in_scope(criteria):
        answers = [choice.answer(row) for choice in asked]
        missed = [choice for choice, said in zip(asked, answers, strict=True) if said == NO]
        if not missed:
            found.append((row, all(said == YES for said in answers)))
        if len(missed) <= 1:
            tally.add(row, missed[0] if missed else None)
    found.sort(key=lambda pair: sort_key(pair[0], pair[1], criteria.sort))
    return Answer([row for row, _ in found], *tally.counts())


class _Tally:
    """Counts behind every value, each facet with its own choice left out."""

    def __init__(self, terms: Mapping[str, tuple[str, int]]) -> None:
        self.terms = terms
        self.facets: dict[str, list[tuple[int, int, int]]] = {}

    def add(self, row: Row, missed: Choice | None) -> None:
        """Count a row that matches all choices, or all but one: then for that facet only."""
        facet = missed.facet if missed else ""
        self.facets.setdefault(facet, []).append((row.yes, row.no, row.dedicated))

    def counts(self) -> tuple[dict[str, Count], dict[str, Count]]:
        """Counts by term code: of facts, and of programmes of their own."""
        matching = self.facets.get("", [])
        facts: dict[str, Count] = {}
        programmes: dict[str, Count] = {}
        for code, (facet, bit) in self.terms.items():
            flag = 1 << bit
            rows = matching + self.facets.get(facet, [])
            yes = sum(1 for known, _, _ in rows if known & flag)
            no = sum(1 for _, denied, _ in rows if denied & flag)
            facts[code] = Count(yes, len(rows) - yes - no)
            rows = matching + self.facets.get(PROGRAMME, [])
            dedicated = sum(1 for _, _, own in rows if own & flag)
            if dedicated:
                programmes[code] = Count(dedicated)
        return facts, programmes


def rows_in_scope(criteria: SearchCriteria) -> Iterable[Row]:
    """The packed rows of the place searched; online groups only where online was asked for."""
    listings = Listing.objects.published()
    if not criteria.older:
        listings = listings.current()
    scope = criteria.scope
    match scope:
        case Circle(centre=centre, miles=miles):
            here = listings.inside(bounding_boxes(centre, miles)).filter(online_only=False)
        case Area(country=country, region=region):
            here = listings.in_region(country, region).filter(online_only=False)
        case None:
            here = listings
    if scope is not None and criteria.online:
        here = here | listings.filter(online_only=True)
    for values in here.values_list(*_COLUMNS).iterator(chunk_size=5_000):
        row = _row(values, scope)
        if row is not None:
            yield row


def _row(values: tuple, scope: Circle | Area | None) -> Row | None:  # type: ignore[type-arg]
    pk, public_id, latitude, longitude, online, unverified, name, checked, seen, *words = values
    miles = None
    if isinstance(scope, Circle) and not online:
        miles = haversine_miles(scope.centre, Point(latitude, longitude))
        if miles > scope.miles:
            return None
    days = [day for day in (checked.date() if checked else None, seen) if day]
    bits = (int.from_bytes(bytes(word), "little") for word in words)
    return Row(pk, public_id, miles, unverified, name, max(days, default=None), *bits)
