"""The filters as the results page shows them: groups of ticks with the counts behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from listings.models import Term
from listings.search.counting import Count
from listings.search.criteria import (
    MAY_BE_NOT_KNOWN,
    NEEDS_KNOWN_YES,
    TIMES,
    SearchCriteria,
)
from listings.search.results import ResultPage
from listings.search.times import TIME_HELP, TIME_LABELS, VALUE_LABELS
from listings.search.vocabulary import Vocabulary
from listings.views.address import ResultsAddress

SHOWN_AT_ONCE = 8


class FilterValue(NamedTuple):
    """One tick box."""

    code: str
    label: str
    help: str
    counted: str
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
    def at_once(self) -> Sequence[FilterValue]:
        """Values shown at once; a ticked one is never hidden, nor one or two alone."""
        return self.values[: self._shown]

    @property
    def behind(self) -> Sequence[FilterValue]:
        """Values that stand behind "more"."""
        return self.values[self._shown :]

    @property
    def _shown(self) -> int:
        if len(self.values) <= SHOWN_AT_ONCE + 2:
            return len(self.values)
        last_ticked = max((i for i, value in enumerate(self.values) if value.ticked), default=0)
        return max(SHOWN_AT_ONCE, last_ticked + 1)


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter, and the address of the results without it."""

    label: str
    url: str


class CountText:
    """The count behind a value in the visitor's language: "6", or "6, + 52 not known"."""

    def __init__(self) -> None:
        # Looked up once: a page has three hundred values.
        self._both = _("{yes:,}, + {not_known:,} not known")

    def of(self, count: Count, known_only: bool) -> str:
        """The text for one count."""
        if known_only or not count.not_known:
            return f"{count.yes:,}"
        return self._both.format(yes=count.yes, not_known=count.not_known)


def filter_groups(
    criteria: SearchCriteria, page: ResultPage, words: Vocabulary
) -> list[FilterGroup]:
    """One group for each facet, one for programmes of their own, and those about time.

    A value that no listing here is known to have is left out, unless it is ticked or a service
    type: it would promise what nobody said.
    """
    text = CountText()
    groups = [_facet_group(code, criteria, page, words, text) for code in words.by_facet]
    groups.append(_programmes(criteria, page, words, text))
    groups += [_time_group(facet, criteria, page, text) for facet in TIMES]
    return [group for group in groups if group.values]


def _facet_group(
    code: str, criteria: SearchCriteria, page: ResultPage, words: Vocabulary, text: CountText
) -> FilterGroup:
    group = words.by_facet[code]
    ticked = criteria.chosen.get(code, ())
    strict = code in NEEDS_KNOWN_YES
    counts = page.counts.facts
    values = [
        _term_value(term, text.of(count, strict), ticked)
        for term in group.terms
        if term.filterable and ((count := counts[term.code]).yes or strict or term.code in ticked)
    ]
    return FilterGroup(
        name=code,
        label=group.facet.label,
        help=group.facet.help,
        first_screen=group.facet.first_screen,
        values=tuple(values),
        known=None if strict else code in criteria.known_only,
    )


def _programmes(
    criteria: SearchCriteria, page: ResultPage, words: Vocabulary, text: CountText
) -> FilterGroup:
    counts, ticked = page.counts.programmes, criteria.programmes
    values = [
        _term_value(term, text.of(counts.get(term.code, Count()), True), ticked)
        for term in words.by_code.values()
        if term.code in counts or term.code in ticked
    ]
    return FilterGroup(
        name="programme",
        label=_("Has a programme made for"),
        help=_("To accept people is not the same as a programme of their own."),
        first_screen=False,
        values=tuple(values),
        known=None,
    )


def _term_value(term: Term, counted: str, ticked: Sequence[str]) -> FilterValue:
    return FilterValue(
        code=term.code,
        label=term.shown_label,
        help=term.shown_help,
        counted=counted,
        ticked=term.code in ticked,
    )


def _time_group(
    facet: str, criteria: SearchCriteria, page: ResultPage, text: CountText
) -> FilterGroup:
    """Values of a question that changes with the clock; left out where nobody here answers it."""
    ticked, strict = criteria.times.get(facet, ()), facet not in MAY_BE_NOT_KNOWN
    counts = {value: page.counts.times.get((facet, value), Count()) for value in TIMES[facet]}
    answered = ticked or any(count.yes for count in counts.values())
    values = [
        FilterValue(
            code=value,
            label=str(VALUE_LABELS[facet, value]),
            help="",
            counted=text.of(count, strict),
            ticked=value in ticked,
        )
        for value, count in counts.items()
        if answered
    ]
    return FilterGroup(
        name=facet,
        label=str(TIME_LABELS[facet]),
        help=str(TIME_HELP[facet]),
        first_screen=False,
        values=tuple(values),
        known=None if strict else facet in criteria.known_only,
    )


def chips(criteria: SearchCriteria, words: Vocabulary, address: ResultsAddress) -> list[Chip]:
    """Every chosen filter, each with the way to take it off."""
    found = [
        Chip(words.by_code[code].shown_label, address.without(facet, code).url)
        for facet, codes in criteria.chosen.items()
        for code in codes
    ]
    found += [
        Chip(
            _("%(question)s: %(answer)s")
            % {"question": TIME_LABELS[facet], "answer": VALUE_LABELS[facet, value]},
            address.without(facet, value).url,
        )
        for facet, values in criteria.times.items()
        for value in values
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
    found += [
        Chip(
            _("Known only: %(facet)s") % {"facet": TIME_LABELS[facet]},
            address.without("known", facet).url,
        )
        for facet in MAY_BE_NOT_KNOWN
        if facet in criteria.known_only
    ]
    if criteria.text:
        found.append(Chip(f"“{criteria.text}”", address.without("q").url))
    if criteria.older:
        found.append(Chip(_("Older listings too"), address.without("older").url))
    return found
