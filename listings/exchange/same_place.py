"""Finds the listing that a record of another source speaks of.

Two of telephone, address and name must agree, and no other listing may agree as well. Two sites of
one organisation often share name and telephone, so an address in another town speaks against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from listings.exchange.staging import Staged
from listings.models import Listing, ListingIdentifier, Phone, Source
from listings.values.address import address_key, name_key
from listings.values.text import fold

CHUNK = 300
"""Records compared with the database at a time."""
CREATED = "created"
"""What stands in an identifier where the source's record made the listing."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is compared; an empty key agrees with nothing."""

    phones: frozenset[str]
    address: str
    name: str
    postcode: str
    town: str

    def agreement(self, other: "Keys") -> tuple[str, ...]:
        """Which of the three agree; nothing where postcode and town both differ."""
        if self.postcode != other.postcode and self.town != other.town:
            return ()
        return tuple(
            what
            for what, agrees in (
                ("telephone", bool(self.phones & other.phones)),
                ("address", bool(self.address) and self.address == other.address),
                ("name", bool(self.name) and self.name == other.name),
            )
            if agrees
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A record's listing, and what agreed."""

    listing_id: int
    agreed: tuple[str, ...]


def staged_keys(staged: Staged) -> Keys:
    """The keys of a record."""
    fields = staged.values["fields"]
    address = fields["address"]
    return Keys(
        frozenset(number for number, _ in staged.values["phones"].get("main", [])),
        address_key(address["postcode"], address["street"], address["withheld"]),
        name_key(fields["name"], fields["second_name"])[:620],
        address["postcode"],
        fold(address["city"]),
    )


def find(records: Iterable[Staged], source: Source, seen: set[str]) -> dict[str, Match]:
    """For each external id its listing, where exactly one agrees best.

    A listing that this source's file already names under another id is never taken: two ids of
    one source are two places. Each listing is given to one record of the file, the one that
    agrees most, so that the outcome does not depend on how the file is cut into batches.
    """
    scored: list[tuple[int, str, Match]] = []
    taken: set[int] = set()
    records = iter(records)
    while chunk := list(islice(records, CHUNK)):
        wanted = {record.external_id: staged_keys(record) for record in chunk}
        candidates = _candidates(wanted.values())
        taken |= _leave_own(candidates, source, seen)
        for external_id, keys in wanted.items():
            if match := _best(keys, candidates):
                scored.append((len(match.agreed), external_id, match))
    found: dict[str, Match] = {}
    for _, external_id, match in sorted(scored, key=lambda one: (-one[0], one[1])):
        if match.listing_id not in taken:
            taken.add(match.listing_id)
            found[external_id] = match
    return found


def _best(keys: Keys, candidates: dict[int, Keys]) -> Match | None:
    by_score: dict[int, list[Match]] = defaultdict(list)
    for listing_id, other in candidates.items():
        agreed = keys.agreement(other)
        if len(agreed) >= 2:
            by_score[len(agreed)].append(Match(listing_id, agreed))
    if not by_score:
        return None
    best = by_score[max(by_score)]
    return best[0] if len(best) == 1 else None


def _candidates(wanted: Iterable[Keys]) -> dict[int, Keys]:
    """The listings that share a telephone or an address: no two of the three lack both."""
    wanted = list(wanted)
    numbers = {number for keys in wanted for number in keys.phones}
    by_phone = Phone.objects.filter(role=Phone.Role.MAIN, number__in=numbers).values("listing_id")
    addresses = {keys.address for keys in wanted if keys.address}
    known = Listing.objects.exclude(status=Listing.Status.MERGED)
    rows = {
        pk: (address, name, postcode, fold(city))
        for found in (known.filter(pk__in=by_phone), known.filter(address_key__in=addresses))
        for pk, address, name, postcode, city in found.values_list(
            "pk", "address_key", "name_key", "postcode", "city"
        )
    }
    phones: dict[int, set[str]] = defaultdict(set)
    for some in _parts(rows):
        main = Phone.objects.filter(role=Phone.Role.MAIN, listing__in=some)
        for listing_id, number in main.values_list("listing_id", "number"):
            phones[listing_id].add(number)
    return {pk: Keys(frozenset(phones[pk]), *row) for pk, row in rows.items()}


def _leave_own(candidates: dict[int, Keys], source: Source, seen: set[str]) -> set[int]:
    """Drop what this source made under an id it still names; gives those it joined so.

    What it joined stays a candidate, though taken: a run that goes on after a kill must find the
    same best one as a run that was never killed.
    """
    joined = set()
    for some in _parts(candidates):
        own = ListingIdentifier.objects.filter(source=source, listing__in=some)
        for pk, external_id, how in own.values_list("listing_id", "external_id", "matched_by"):
            if external_id in seen and how == CREATED:
                candidates.pop(pk, None)
            elif external_id in seen:
                joined.add(pk)
    return joined


def _parts(keys: Iterable[int]) -> Iterator[list[int]]:
    """A few thousand at a time: a thousand listings of one call centre must not fill a query."""
    iterator = iter(list(keys))
    while some := list(islice(iterator, 5_000)):
        yield some
