"""SQL that both databases share: who misses which choice, and the counts from there.

A row that misses no choice counts for every value; one that misses a single choice counts for the
values of that facet, whose own choice is left out. ``near`` holds the rows of the place with
``missed``: 0, the number of the one choice missed (from 1), or NULL where it is more than one.
"""

from collections.abc import Sequence

import numpy as np

from listings.search.criteria import Circle, SearchCriteria
from listings.values.geo import EARTH_RADIUS_MILES, Box, bounding_boxes
from tests.benchmarks.search_parts.cases import Ticked, facet_bits, ticked
from tests.benchmarks.search_parts.contenders import Outcome
from tests.benchmarks.search_parts.facets import BITS, TERMS

PAGE = 20
Row = tuple[int, ...]


def distance(circle: Circle) -> str:
    """Great-circle miles from the centre, in functions that both databases have."""
    latitude, longitude = circle.centre.latitude, circle.centre.longitude
    diameter = 2 * EARTH_RADIUS_MILES
    return (
        f"{diameter!r} * asin(sqrt(power(sin(radians(latitude - {latitude!r}) / 2), 2)"
        f" + cos(radians({latitude!r})) * cos(radians(latitude))"
        f" * power(sin(radians(longitude - {longitude!r}) / 2), 2)))"
    )


def box_of(circle: Circle) -> Box:
    """The box around a circle; those of the benchmark cross no antimeridian."""
    (box,) = bounding_boxes(circle.centre, circle.miles)
    return box


def fits_by_facts(one: Ticked) -> str:
    """Whether a listing answers a choice, from the table of facts."""
    terms = ", ".join(map(str, one.bits))
    facts = f"FROM fact WHERE listing_id = id AND term_id IN ({terms})"
    if one.strict:
        return f"EXISTS (SELECT 1 {facts} AND value = 1)"
    # Yes or not known for one of them: not every one is a known no.
    return f"(SELECT count(*) {facts} AND value = 0) < {len(one.bits)}"


def fits_by_bits(one: Ticked) -> str:
    """Whether a listing answers a choice, from the columns of bits."""
    bits = bit_mask(one.bits)
    some = f"(yes & {bits}) <> {bit_mask(())}"
    return some if one.strict else f"({some} OR (no & {bits}) <> {bits})"


def bit_mask(bits: Sequence[int]) -> str:
    """A constant of type bit, the first bit leftmost."""
    return "B'" + "".join("1" if bit in bits else "0" for bit in range(BITS)) + "'"


def missed(fits: Sequence[str]) -> str:
    """The expression for ``missed``."""
    if not fits:
        return "0"
    cases = [f"WHEN {' AND '.join(fits)} THEN 0"]
    for number in range(len(fits)):
        others = [fit for other, fit in enumerate(fits) if other != number] or ["0 = 0"]
        cases.append(f"WHEN {' AND '.join(others)} THEN {number + 1}")
    return f"CASE {' '.join(cases)} END"


def counts_by_facts(criteria: SearchCriteria) -> str:
    """From ``near``: rows of (missed, term, known yes, known)."""
    wanted = ["missed = 0"]
    for number, one in enumerate(ticked(criteria), 1):
        bits = facet_bits(one.facet)
        wanted.append(f"(missed = {number} AND term_id BETWEEN {bits[0]} AND {bits[-1]})")
    return (
        "SELECT missed, term_id, sum(value), count(*) FROM near CROSS JOIN fact"
        f" WHERE listing_id = id AND ({' OR '.join(wanted)}) GROUP BY missed, term_id"
    )


def counts_by_bits(criteria: SearchCriteria) -> str:
    """From ``near``: one row, the sizes and sums of all bits, then of each facet chosen."""
    parts = [_sums(0, range(TERMS))]
    for number, one in enumerate(ticked(criteria), 1):
        parts.append(_sums(number, facet_bits(one.facet)))
    return f"SELECT * FROM {', '.join(parts)}"


def _sums(number: int, bits: Sequence[int]) -> str:
    sums = ", ".join(f"sum(get_bit(yes, {bit})), sum(get_bit(no, {bit}))" for bit in bits)
    return f"(SELECT count(*), {sums} FROM near WHERE missed = {number}) AS part{number}"


def outcome_of_facts(
    criteria: SearchCriteria, page: Sequence[Row], sizes: Sequence[Row], counts: Sequence[Row]
) -> Outcome:
    """What the rows of ``counts_by_facts`` say, with (missed, number of rows)."""
    yes, no = np.zeros((2, BITS), np.int64)
    chosen = {number: one.facet for number, one in enumerate(ticked(criteria), 1)}
    own = {number: set(facet_bits(facet)) for number, facet in chosen.items()}
    for number, term, known_yes, known in counts:
        if number == 0 or term in own[number]:
            yes[term] += known_yes
            no[term] += known - known_yes
    total = sum(size for number, size in sizes if number == 0)
    return Outcome(total, yes, no, [row[0] for row in page])


def outcome_of_bits(
    criteria: SearchCriteria, page: Sequence[Row], counts: Sequence[int | None]
) -> Outcome:
    """What the row of ``counts_by_bits`` says; a sum over no rows is NULL."""
    yes, no = np.zeros((2, BITS), np.int64)
    numbers = [number or 0 for number in counts]
    start = 0
    for bits in (range(TERMS), *(facet_bits(one.facet) for one in ticked(criteria))):
        sums = np.array(numbers[start + 1 : start + 1 + 2 * len(bits)]).reshape(-1, 2)
        yes[list(bits)] += sums[:, 0]
        no[list(bits)] += sums[:, 1]
        start += 1 + 2 * len(bits)
    return Outcome(numbers[0], yes, no, [row[0] for row in page])
