"""Three hundred made-up terms in twelve facets of uneven size, and how often each is known."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

BITS = 320
WORDS = BITS // 64
SIZES = {
    "type": 4, "care": 60, "approach": 32, "payment": 17, "population": 28, "language": 27,
    "attendance": 6, "features": 44, "health": 18, "fellowship": 35, "accessibility": 9,
    "credentials": 20,
}  # fmt: skip
"""Terms of each facet; their bits follow each other from 0. The first four facets named here lie
where the taxonomy's own type and payment do, so that pages can be asked for them."""
TERMS = sum(SIZES.values())
TYPES = (0.15, 0.20, 0.60, 0.10)  # detox, inpatient, outpatient, family support
ATTENDED = ("in-person", "online", "hybrid")
COMMON = 12
SOMETIMES_NO = 40


class Frequency(NamedTuple):
    """Shares of the listings: known yes, known no; of the yes, a programme; of those, only."""

    yes: float
    no: float = 0.0
    dedicated: float = 0.0
    only: float = 0.0


@lru_cache(maxsize=1)
def terms() -> dict[str, tuple[str, int]]:
    """Code → (facet, bit): t000 to t299, but for the three ways of taking part."""
    found: dict[str, tuple[str, int]] = {}
    for facet, size in SIZES.items():
        named = ATTENDED if facet == "attendance" else ()
        for number in range(size):
            code = named[number] if number < len(named) else f"t{len(found):03}"
            found[code] = (facet, len(found))
    return found


@lru_cache(maxsize=1)
def codes_by_facet() -> dict[str, tuple[str, ...]]:
    """The codes of each facet, in order."""
    return {
        facet: tuple(code for code, (its, _) in terms().items() if its == facet) for facet in SIZES
    }


@lru_cache(maxsize=1)
def frequencies() -> tuple[Frequency, ...]:
    """By bit: a few terms at 40 to 60 %, most at 1 to 15 %; about 30 known yes in a listing."""
    dice = np.random.default_rng(12)
    yes = dice.uniform(0.01, 0.15, TERMS)
    others = np.arange(len(TYPES), TERMS)
    yes[dice.choice(others, COMMON, replace=False)] = dice.uniform(0.4, 0.6, COMMON)
    yes[: len(TYPES)] = TYPES
    no = np.zeros(TERMS)
    no[dice.choice(others, SOMETIMES_NO, replace=False)] = dice.uniform(0.01, 0.05, SOMETIMES_NO)
    served = {bit for facet, bit in terms().values() if facet == "population"}
    return tuple(
        Frequency(float(yes[bit]), float(no[bit]), *((0.2, 0.1) if bit in served else ()))
        for bit in range(TERMS)
    )
