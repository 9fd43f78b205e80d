"""The filters as the results page shows them: groups of ticks with the counts behind each."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from listings.models import Term
from listings.search.criteria import NEEDS_KNOWN_YES, SearchCriteria
from listings.search.results import ResultPage
from listings.search.scan import Count
from listings.search.vocabulary import Vocabulary
from listings.views.address import ResultsAddress

SHOWN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class FilterValue:
    """One tick box."""

    term: Term
    count: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The ticks of one facet. ``known`` says whether "not known" is left out; None: no question."""

    name: str
    label: str
    help: str
    first_screen: bool
    values: tuple[FilterValue, ...]
    known: bool | None

    @property
    def ticked(self) -> int:
        """How many are ticked."""
        return sum(value.ticked for value in self.values)

    @property
    def open(self) -> bool:
        """Whether the group shows its values without a click."""
        return self.first_screen or bool(self.ticked)

    @property
    def first(self) -> tuple[FilterValue, ...]:
        """Those shown at once; a ticked one is never hidden."""
        last_ticked = max((i for i, value in enumerate(self.values) if value.ticked), default=0)
        return self.values[: max(SHOWN_AT_ONCE, last_ticked + 1)]

    @property
    def rest(self) -> tuple[FilterValue, ...]:
        """Those behind "more"."""
        return self.values[len(self.first) :]


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter, and the address of the results without it."""

    label: str
    url: str


def filter_groups(
    criteria: SearchCriteria, page: ResultPage, words: Vocabulary
) -> list[FilterGroup]:
    """One group for each facet, and one for programmes of their own.

    A value that no listing here is known to have is left out, unless it is ticked or a service
    type: it would promise what nobody said.
    """
    groups = [_facet_group(code, criteria, page, words) for code in words.by_facet]
    groups.append(_programmes(criteria, page, words))
    return [group for group in groups if group.values]


def _facet_group(
    code: str, criteria: SearchCriteria, page: ResultPage, words: Vocabulary
) -> FilterGroup:
    group = words.by_facet[code]
    ticked = criteria.chosen.get(code, ())
    strict = code in NEEDS_KNOWN_YES
    values = [
        FilterValue(term, count_text(page.counts[term.code], strict), term.code in ticked)
        for term in group.terms
        if term.filterable and (strict or term.code in ticked or page.counts[term.code].yes)
    ]
    return FilterGroup(
        name=code,
        label=group.facet.label,
        help=group.facet.help,
        first_screen=group.facet.first_screen,
        values=tuple(values),
        known=None if strict else code in criteria.known_only,
    )


def _programmes(criteria: SearchCriteria, page: ResultPage, words: Vocabulary) -> FilterGroup:
    codes = {*page.programme_counts, *criteria.programmes}
    values = [
        FilterValue(
            term,
            count_text(page.programme_counts.get(term.code, Count()), True),
            term.code in criteria.programmes,
        )
        for term in words.by_code.values()
        if term.code in codes
    ]
    return FilterGroup(
        name="programme",
        label=_("Has a programme made for"),
        help=_("To accept people is not the same as a programme of their own."),
        first_screen=False,
        values=tuple(values),
        known=None,
    )


def count_text(count: Count, known_only: bool) -> str:
    """The count behind a value: "6", or "6, + 52 not known"."""
    if known_only or not count.not_known:
        return f"{count.yes:,}"
    return _("%(yes)s, + %(not_known)s not known") % {
        "yes": f"{count.yes:,}",
        "not_known": f"{count.not_known:,}",
    }


def chips(criteria: SearchCriteria, words: Vocabulary, address: ResultsAddress) -> list[Chip]:
    """Every chosen filter, each with the way to take it off."""
    found = [
        Chip(words.by_code[code].shown_label, address.without(facet, code).url)
        for facet, codes in criteria.chosen.items()
        for code in codes
    ]
    found += [
        Chip(
            _("Programme made for: %(who)s") % {"who": words.by_code[code].shown_label},
            address.without("programme", code).url,
        )
        for code in criteria.programmes
    ]
    found += [
        Chip(
            _("Known only: %(facet)s") % {"facet": words.by_facet[code].facet.label},
            address.without("known", code).url,
        )
        for code in words.by_facet
        if code in criteria.known_only
    ]
    if criteria.older:
        found.append(Chip(_("Older listings too"), address.without("older").url))
    return found
