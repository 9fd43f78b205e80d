"""Names of made-up listings and their opening hours, of words that real ones are made of."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

FIRST = (
    "Harbor", "Cedar", "Willow", "Riverside", "Summit", "Bridge", "Lighthouse", "Meadow", "Oak",
    "Valley", "Pine", "Hope", "Serenity", "Horizon", "Phoenix", "Cornerstone", "Pathway",
    "Gateway", "Evergreen", "Sunrise", "Lakeside", "Mountain", "Prairie", "Clearwater", "Maple",
    "Stone", "Bright", "Anchor", "Compass", "Journey", "Beacon", "Garden", "Mill", "Liberty",
    "Union", "Community", "County", "Mercy", "Grace", "Unity",
)  # fmt: skip
KINDS = (
    "Recovery Center", "Treatment Center", "Behavioral Health", "Counseling Services",
    "Recovery House", "Family Services", "Detox Center", "Wellness Clinic", "Health Services",
    "Addiction Medicine", "Outpatient Program", "Recovery Community", "Support Group",
    "Residential Program", "Health Center", "Medical Group",
)  # fmt: skip
_DAYS = ("Mo-Fr", "Mo-Sa", "Mo-Th", "Mo-Su", "Tu-Sa", "Mo,We,Fr", "Tu,Th", "Mo-Fr,Su")
_FROM = ("06:00", "07:00", "08:00", "08:30", "09:00")
_TO = ("15:00", "16:30", "17:00", "18:00", "20:00")


def listing_names(towns: Sequence[str], dice: np.random.Generator) -> NDArray[np.object_]:
    """A name for a listing of each town: "Harbor Recovery Center of Hartford"."""
    first = dice.integers(0, len(FIRST), len(towns)).tolist()
    kind = dice.integers(0, len(KINDS), len(towns)).tolist()
    names = np.empty(len(towns), object)
    names[:] = [
        f"{FIRST[a]} {KINDS[b]} of {town}" for a, b, town in zip(first, kind, towns, strict=True)
    ]
    return names


def opening_hours() -> list[str]:
    """Two hundred ways of being open, as OSM opening_hours."""
    hours = [f"{days} {start}-{end}" for days, start, end in product(_DAYS, _FROM, _TO)]
    return ["24/7", *hours[1:]]


def provider_name(number: int) -> str:
    """The name of a provider, another one for each number."""
    first, kind = FIRST[number % len(FIRST)], KINDS[number // len(FIRST) % len(KINDS)]
    return f"{first} {kind} {number}"
