"""Keeps each listing's packed row equal to its facts, in the transaction that changes them."""

from collections import defaultdict
from collections.abc import Iterable

from listings.models import Fact, Listing
from listings.models.listing import pack_bits
from listings.values.address import address_key, name_key

PACKED = ["yes_bits", "no_bits", "dedicated_bits", "only_bits"]
KEYS = ["name_key", "address_key"]


def pack(listing: Listing, facts: Iterable[tuple[int, bool, str]]) -> None:
    """Set the packed row from (bit, value, degree) of each fact; the caller saves."""
    words: dict[str, set[int]] = defaultdict(set)
    for bit, value, degree in facts:
        words["yes" if value else "no"].add(bit)
        if degree in {Fact.Degree.DEDICATED, Fact.Degree.ONLY}:
            words["dedicated"].add(bit)
        if degree == Fact.Degree.ONLY:
            words["only"].add(bit)
    listing.yes_bits = pack_bits(words["yes"])
    listing.no_bits = pack_bits(words["no"])
    listing.dedicated_bits = pack_bits(words["dedicated"])
    listing.only_bits = pack_bits(words["only"])


def set_keys(listing: Listing) -> None:
    """Set the keys under which two ways of writing a name or an address are one."""
    listing.name_key = name_key(listing.name, listing.second_name)[:620]
    listing.address_key = address_key(listing.postcode, listing.street, listing.address_withheld)


def repack(listings: Iterable[Listing]) -> None:
    """Set keys and packed rows from the facts in the database; the caller saves."""
    wanted = {listing.pk: listing for listing in listings}
    facts: dict[int, list[tuple[int, bool, str]]] = defaultdict(list)
    found = Fact.objects.filter(listing__in=wanted).values_list(
        "listing_id", "term__bit", "value", "degree"
    )
    for listing_id, bit, value, degree in found:
        facts[listing_id].append((bit, value, degree))
    for pk, listing in wanted.items():
        set_keys(listing)
        pack(listing, facts[pk])
