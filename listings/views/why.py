"""Why a listing stands among the results: what is known of what was asked, and what to ask."""

from dataclasses import dataclass

from listings.models import Opening
from listings.search.criteria import DAY, OPEN, OPENING, PART, SearchCriteria
from listings.search.results import Result
from listings.search.times import TIME_LABELS, VALUE_LABELS
from listings.views.hours_now import HoursNow


@dataclass(frozen=True, slots=True)
class Why:
    """What is known yes of what was asked for, and what is not known, as labels."""

    known: list[str]
    ask: list[str]


def why_here(
    result: Result, criteria: SearchCriteria, hours: HoursNow | None, opening: Opening | None
) -> Why:
    """The labels in the order of the question: terms, then times."""
    known = [term.shown_label for term in result.known]
    ask = [term.shown_label for term in result.not_known]
    if OPEN in criteria.times:
        if hours is None:
            ask.append(str(TIME_LABELS[OPEN]))
        elif hours.is_open:
            known.append(str(VALUE_LABELS[OPEN, "now"]))
    if OPENING in criteria.times:
        if opening is None:
            ask.append(str(TIME_LABELS[OPENING]))
        elif opening.state in criteria.times[OPENING]:
            known.append(str(VALUE_LABELS[OPENING, opening.state]))
    if DAY in criteria.times or PART in criteria.times:
        # One meeting answers both, or the listing would not be here.
        asked = [(facet, value) for facet in (DAY, PART) for value in criteria.times.get(facet, ())]
        known += [str(VALUE_LABELS[pair]) for pair in asked] if len(asked) == 1 else []
    return Why(known, ask)
