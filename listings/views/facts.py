"""What is known of one listing, grouped for its page: offered, not offered, not known."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from listings.models import Fact, Term
from listings.search.vocabulary import FacetTerms, Vocabulary

# Facets whose values are true or not true of a place; the values of the others are on offer.
PEOPLE = "population"
STATEMENTS = frozenset({"stance", "audience", "fellowship", "credentials", "ownership"})
OPIOID_TERMS = frozenset(
    {"methadone", "buprenorphine", "otp", "opioids", "opioid-clients", "opioid-medication-clients"}
)
TOLERANCE_RULE = "detox-tolerance"


@dataclass(frozen=True, slots=True)
class Provenance:
    """How facts are known: from whom, in which way, and of which date (None: not given)."""

    source: str
    method: str
    as_of: dt.date | None
    checked_on: dt.date | None


@dataclass(frozen=True, slots=True)
class FactLine:
    """Terms of one facet with the same answer, known in the same way."""

    answer: str
    yes: bool
    terms: tuple[Term, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FactGroup:
    """One facet: what is known, and the terms of which nothing is."""

    code: str
    label: str
    lines: tuple[FactLine, ...]
    not_known: tuple[Term, ...]


def fact_groups(facts: Iterable[Fact], words: Vocabulary) -> list[FactGroup]:
    """All facets of which something is known, and those of the first screen in any case."""
    by_facet: dict[str, list[Fact]] = {}
    for fact in facts:
        by_facet.setdefault(fact.term.facet, []).append(fact)
    groups = [_group(code, by_facet.get(code, []), group) for code, group in words.by_facet.items()]
    return [group for group in groups if group.lines or group.not_known]


def _group(code: str, facts: list[Fact], group: FacetTerms) -> FactGroup:
    order = {term.code: number for number, term in enumerate(group.terms)}
    facts = sorted(facts, key=lambda fact: order.get(fact.term.code, len(order)))
    said = {fact.term.code for fact in facts}
    silent = tuple(term for term in group.terms if term.code not in said)
    return FactGroup(
        code=code,
        label=group.facet.label,
        lines=tuple(_lines(code, facts)),
        not_known=silent if group.facet.first_screen else (),
    )


def _lines(facet: str, facts: list[Fact]) -> list[FactLine]:
    answers = _answers(facet)
    keyed = [(answers.index(_answer(facet, fact)), str(_provenance(fact)), fact) for fact in facts]
    keyed.sort(key=lambda entry: entry[:2])  # stable: terms keep their own order
    lines = []
    for (answer, _known), entries in groupby(keyed, key=lambda entry: entry[:2]):
        same = [fact for _, _, fact in entries]
        lines.append(
            FactLine(
                answer=answers[answer],
                yes=same[0].value,
                terms=tuple(fact.term for fact in same),
                provenance=_provenance(same[0]),
            )
        )
    return lines


def _answers(facet: str) -> list[str]:
    """The words for the answers, in the order in which they are shown."""
    offered = facet not in STATEMENTS
    return [
        _("Serves only"),
        _("Has a programme made for"),
        _("Accepts"),
        _("Offered") if offered else _("Yes"),
        _("Does not accept") if facet == PEOPLE else _("Not offered") if offered else _("No"),
    ]


def _answer(facet: str, fact: Fact) -> str:
    only, dedicated, accepts, yes, no = _answers(facet)
    if not fact.value:
        return no
    degrees = {
        Fact.Degree.ONLY: only,
        Fact.Degree.DEDICATED: dedicated,
        Fact.Degree.ACCEPTS: accepts,
    }
    return degrees.get(Fact.Degree(fact.degree), yes) if fact.degree else yes


def _provenance(fact: Fact) -> Provenance:
    return Provenance(
        source=fact.source.name,
        method=fact.get_method_display(),
        as_of=fact.as_of,
        checked_on=fact.checked_at.date() if fact.checked_at else None,
    )


def only_provenance(groups: Iterable[FactGroup]) -> Provenance | None:
    """How all facts are known, when it is the same for every one; the page then says it once."""
    known = {line.provenance for group in groups for line in group.lines}
    return known.pop() if len(known) == 1 else None


def needs_tolerance_box(facts: Iterable[Fact]) -> bool:
    """Whether the page must speak of lost tolerance and naloxone: detox or opioids, known yes."""
    return any(
        fact.value and (fact.term.safety_rule == TOLERANCE_RULE or fact.term.code in OPIOID_TERMS)
        for fact in facts
    )
