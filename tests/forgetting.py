"""What a process keeps in memory of the catalogue, and must not keep from one test to the next."""

from listings.search.serving import forget_index
from listings.search.vocabulary import forget_vocabulary
from listings.web.help_lines import help_lines_at
from listings.web.page_cache import page_cache
from listings.web.release import release


def forget_everything() -> None:
    """As if the process had just started."""
    forget_index()
    forget_vocabulary()
    help_lines_at.cache_clear()
    page_cache.cache_clear()
    release.cache_clear()
