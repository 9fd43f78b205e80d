"""What to try when nothing was found: each way with how many it gives, counted, not guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Place
from listings.search.criteria import DAY, MEETS, PART, PROGRAMME, Circle, SearchCriteria
from listings.search.filters import distance_choices
from listings.search.results import Asking, ResultPage
from listings.search.times import TIME_LABELS
from listings.views.address import ResultsAddress

MOST_DISTANCES = 3


@dataclass(frozen=True, slots=True)
class WayOut:
    """One change of the search, how many listings it finds, and its address."""

    label: str
    total: int
    url: str

    @property
    def found(self) -> str:
        """ "12 listings"."""
        return ngettext("%(n)s listing", "%(n)s listings", self.total) % {"n": f"{self.total:,}"}


def ways_out(
    asking: Asking,
    criteria: SearchCriteria,
    page: ResultPage,
    place: Place | None,
    address: ResultsAddress,
) -> list[WayOut]:
    """Farther away, one choice fewer, older listings, everywhere: those that find something."""
    first = replace(criteria, page=1)
    ways = [
        *_farther(asking, first, place, address),
        *_fewer(asking, first, page, address),
        *_elsewhere(asking, first, place, address),
    ]
    return [way for way in ways if way.total]


def _farther(
    asking: Asking, criteria: SearchCriteria, place: Place | None, address: ResultsAddress
) -> Iterator[WayOut]:
    """The next distances that find more than those before them."""
    if not isinstance(criteria.scope, Circle):
        return
    before, shown = 0, 0
    for miles, _chosen in distance_choices(place, criteria.scope.miles):
        if miles <= criteria.scope.miles or shown == MOST_DISTANCES:
            continue
        total = asking.total(replace(criteria, scope=replace(criteria.scope, miles=miles)))
        if total > before:
            label = _("Look within %(miles)s miles") % {"miles": f"{miles:g}"}
            yield WayOut(label, total, address.with_one("within", f"{miles:g}").url)
            before, shown = total, shown + 1


def _fewer(
    asking: Asking, criteria: SearchCriteria, page: ResultPage, address: ResultsAddress
) -> Iterator[WayOut]:
    """One facet's choice dropped; values of one facet are alternatives, so they go together."""
    left_out = page.counts.left_out
    for facet in criteria.chosen:
        label = asking.words.by_facet[facet].facet.label
        yield _without(label, left_out.get(facet, 0), address.without(facet))
    if criteria.programmes:
        label = _("Has a programme made for")
        yield _without(label, left_out.get(PROGRAMME, 0), address.without("programme"))
    for facet in criteria.times:
        if facet not in (DAY, PART):
            total = left_out.get(facet, 0)
            yield _without(str(TIME_LABELS[facet]), total, address.without(facet))
    if {DAY, PART} & criteria.times.keys():
        label = str(TIME_LABELS[PART])
        yield _without(label, left_out.get(MEETS, 0), address.without(DAY).without(PART))
    for facet in sorted(criteria.known_only):
        total = asking.total(replace(criteria, known_only=criteria.known_only - {facet}))
        name = TIME_LABELS.get(facet) or asking.words.by_facet[facet].facet.label
        label = _("With places where “%(facet)s” is not known") % {"facet": name}
        yield WayOut(label, total, address.without("known", facet).url)
    if criteria.text:
        total = asking.total(replace(criteria, text=""))
        yield _without(criteria.text, total, address.without("q"))


def _without(label: str, total: int, address: ResultsAddress) -> WayOut:
    return WayOut(_("Search without “%(label)s”") % {"label": label}, total, address.url)


def _elsewhere(
    asking: Asking, criteria: SearchCriteria, place: Place | None, address: ResultsAddress
) -> Iterator[WayOut]:
    if not criteria.older:
        total = asking.total(replace(criteria, older=True))
        label = _("With listings that nobody has confirmed for a year")
        yield WayOut(label, total, address.with_one("older", "1").url)
    if place:
        total = asking.total(replace(criteria, scope=None))
        yield WayOut(_("Search everywhere"), total, address.without("within").at("").url)
