"""The taxonomy as data files, and the pure functions that read them (no Django)."""

from listings.taxonomy.checks import check
from listings.taxonomy.findtreatment import findtreatment_claims, findtreatment_in_scope
from listings.taxonomy.meeting_guide import meeting_guide_claims, programme_for, programmes
from listings.taxonomy.samhsa import in_scope, samhsa_claims
from listings.taxonomy.specs import (
    DEGREES,
    Claim,
    Degree,
    Facet,
    Mapped,
    Programme,
    TaxonomyError,
    TermSpec,
)
from listings.taxonomy.vocabulary import facets, terms

__all__ = [
    "DEGREES",
    "Claim",
    "Degree",
    "Facet",
    "Mapped",
    "Programme",
    "TaxonomyError",
    "TermSpec",
    "check",
    "facets",
    "findtreatment_claims",
    "findtreatment_in_scope",
    "in_scope",
    "meeting_guide_claims",
    "programme_for",
    "programmes",
    "samhsa_claims",
    "terms",
]
