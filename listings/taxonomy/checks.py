"""One call that loads and validates every file of the taxonomy."""

from listings.taxonomy.vocabulary import terms


def check() -> None:
    """Load and validate everything.

    Raises:
        TaxonomyError: with a sentence naming the file and the entry.
    """
    terms()
