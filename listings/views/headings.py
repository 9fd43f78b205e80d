"""What a page of results says about itself: its heading and why a listing stands in it."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from listings.models import Place
from listings.search.criteria import Circle, SearchCriteria
from listings.search.vocabulary import Vocabulary
from listings.views.place_names import place_title


def where_title(criteria: SearchCriteria, place: Place | None) -> str:
    """ "within 25 miles of Hartford, Connecticut", "in Connecticut", "in all places"."""
    if place is None:
        return _("in all places")
    if isinstance(criteria.scope, Circle):
        return _("within %(miles)s miles of %(place)s") % {
            "miles": f"{criteria.scope.miles:g}",
            "place": place_title(place),
        }
    return _("in %(place)s") % {"place": place_title(place)}


def heading(criteria: SearchCriteria, place: Place | None, words: Vocabulary) -> str:
    """ "Detox or outpatient within 25 miles of Hartford, Connecticut"."""
    labels = [words.by_code[code].shown_label for code in criteria.chosen.get("type", ())]
    kinds = (_(" or ")).join(label.lower() for label in labels) or _("help of any kind")
    return capfirst(f"{kinds} {where_title(criteria, place)}")
