"""Rules of a crosswalk: what a code claims, under which simple conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from listings.taxonomy.files import Entry
from listings.taxonomy.specs import DEGREES, Claim, Degree, Mapped
from listings.taxonomy.vocabulary import facets, terms

RULE_KEYS = ("yes", "no", "degree", "when_any", "unless_any")


@dataclass(frozen=True, slots=True)
class Rule:
    """Claims made when the row has one of `when_any` (if any) and none of `unless_any`."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    degree: Degree = ""
    when_any: frozenset[str] = frozenset()
    unless_any: frozenset[str] = frozenset()

    def holds(self, codes: Collection[str]) -> bool:
        """Whether the conditions are met by the codes of one row."""
        if self.when_any and self.when_any.isdisjoint(codes):
            return False
        return self.unless_any.isdisjoint(codes)

    def claims(self) -> Iterator[Claim]:
        """Yield what the rule says."""
        for term in self.yes:
            yield Claim(term, True, self.degree)
        for term in self.no:
            yield Claim(term, False)


def read_rule(entry: Entry) -> Rule:
    """Return the rule written in `entry`.

    Raises:
        TaxonomyError: it claims nothing, names an unknown term, or gives a degree where the
            facet has none.
    """
    degree = entry.text("degree", "")
    rule = Rule(
        yes=entry.texts("yes"),
        no=entry.texts("no"),
        degree=cast("Degree", degree),
        when_any=frozenset(entry.texts("when_any")),
        unless_any=frozenset(entry.texts("unless_any")),
    )
    if degree not in DEGREES:
        raise entry.error(f"has the unknown degree {degree!r}; use accepts, dedicated or only")
    if not rule.yes and not rule.no:
        raise entry.error('claims nothing; give yes = [...], no = [...] or not_mapped = "why"')
    for code in (*rule.yes, *rule.no):
        _check_term(entry, code, rule)
    return rule


def _check_term(entry: Entry, code: str, rule: Rule) -> None:
    term = terms().get(code)
    if term is None:
        raise entry.error(f"names the unknown term {code!r}; add it under terms/ or correct it")
    if rule.degree and code in rule.yes and not facets()[term.facet].degrees:
        raise entry.error(f"gives a degree to {code!r}, but facet {term.facet!r} has no degrees")
    if code in rule.yes and code in rule.no:
        raise entry.error(f"says yes and no to {code!r}; keep one")
    if code in rule.yes and term.parent and term.parent not in rule.yes:
        raise entry.error(f"says yes to {code!r} but not to its parent {term.parent!r}; add it")


def combine(claims: Iterable[Claim], not_mapped: Iterable[str], unknown: Iterable[str]) -> Mapped:
    """Return one claim per term, in taxonomy order.

    The strongest degree wins; a term both affirmed and denied gets no claim and is reported.
    """
    best: dict[tuple[str, bool], Claim] = {}
    for claim in claims:
        held = best.get((claim.term, claim.value))
        if held is None or DEGREES.index(claim.degree) > DEGREES.index(held.degree):
            best[claim.term, claim.value] = claim
    disputed = {term for term, value in best if (term, not value) in best}
    place = {code: number for number, code in enumerate(terms())}
    kept = (claim for claim in best.values() if claim.term not in disputed)
    return Mapped(
        claims=tuple(sorted(kept, key=lambda claim: place[claim.term])),
        not_mapped=tuple(sorted(set(not_mapped))),
        unknown=tuple(sorted(set(unknown))),
        contradictions=tuple(sorted(disputed, key=lambda term: place[term])),
    )
