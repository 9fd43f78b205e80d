"""One call that loads and validates every file of the taxonomy."""

from listings.taxonomy import findtreatment, meeting_guide, samhsa
from listings.taxonomy.synonyms import synonyms
from listings.taxonomy.vocabulary import terms


def check() -> None:
    """Load and validate facets, terms, every crosswalk, and what people type.

    Raises:
        TaxonomyError: with a sentence naming the file and the entry.
    """
    terms()
    samhsa.directories()
    findtreatment.crosswalk()
    meeting_guide.crosswalk()
    synonyms()
