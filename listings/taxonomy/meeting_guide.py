"""Crosswalk of Meeting Guide type codes, keyed by programme and code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from listings.taxonomy.specs import Mapped, Programme


def programmes() -> Mapping[str, Programme]:
    """Return the programmes by key."""
    return {}


def programme_for(text: str) -> Programme | None:
    """Return the programme that a feed's `entity` text names, or None."""
    return None


def meeting_guide_claims(programme: str, codes: Iterable[str]) -> Mapped:
    """Return what the type codes of one meeting say."""
    return Mapped()
