"""Every question a visitor may ask, as a django-filter FilterSet that cleans into SearchCriteria.

What cannot be understood is left out and said so in ``notices``; a search never fails for it.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.models import Listing, Place, Term
from listings.search.criteria import (
    DEFAULT_MILES,
    DISTANCES_MILES,
    MAY_BE_NOT_KNOWN,
    MOST_MILES,
    NEEDS_KNOWN_YES,
    TIMES,
    Area,
    Circle,
    Scope,
    SearchCriteria,
)
from listings.search.order import SORTS
from listings.search.times import TIME_LABELS, VALUE_LABELS
from listings.search.vocabulary import Vocabulary
from listings.values.geo import Point
from listings.values.text import clean

MOST_VALUES = 60
MOST_CHOICES = 60
"""Values that one search may hold in all. A page with all three hundred was four megabytes, as each
of its links holds all others."""
MOST_LETTERS = 200
SHOWN = 40


class KnownChoicesField(forms.MultipleChoiceField):
    """Several choices; values that are none of them are left out, not refused.

    Nothing of a request is kept in it, so it is shared instead of copied for each: copying three
    hundred choices took longer than the search.
    """

    widget = forms.CheckboxSelectMultiple

    def __deepcopy__(self, memo: Any) -> "KnownChoicesField":
        return self

    def clean(self, value: Any) -> list[str]:
        """The values that exist, in the order of the choices, each once."""
        given = set(given_values(value))
        return [code for code in self.codes if code in given] if given else []

    @cached_property
    def codes(self) -> list[str]:
        """The values that exist."""
        return [str(code) for code, _label in self.widget.choices]

    def unknown(self, value: Any) -> list[str]:
        """Given values that do not exist."""
        return [item for item in given_values(value) if item not in self.codes]


def given_values(value: Any) -> list[str]:
    """What was given for a field, no more of it than anybody means."""
    return [str(item) for item in (value or [])[:MOST_VALUES]]


class TypedText(forms.CharField):
    """What was typed, made safe to look at; not refused for a NUL, as Django's own field does."""

    def to_python(self, value: Any) -> str:
        """The first letters, clean. Cut before cleaning: a megabyte would take a second."""
        return clean(str(super().to_python(value))[: MOST_LETTERS * 4])[:MOST_LETTERS]


class TextFilter(django_filters.CharFilter):
    """A filter of one text; it filters nothing itself."""

    field_class = TypedText


class SearchForm(forms.Form):
    """The form behind the filters. ``left_out`` are the choices beyond MOST_CHOICES."""

    left_out = 0

    def clean(self) -> dict[str, Any]:
        """Keep the first choices, in the order of the filters."""
        cleaned: dict[str, Any] = super().clean() or {}
        room = MOST_CHOICES
        for name, field in self.fields.items():
            if isinstance(field, KnownChoicesField):
                kept = cleaned[name][:room]
                self.left_out += len(cleaned[name]) - len(kept)
                room -= len(kept)
                cleaned[name] = kept
        return cleaned


class TermFilter(django_filters.MultipleChoiceFilter):
    """Ticks of one facet. It filters nothing itself: the answer comes from the index."""

    field_class = KnownChoicesField

    def __deepcopy__(self, memo: Any) -> "TermFilter":
        return self

    def filter(self, qs: Any, value: Any) -> Any:
        """The criteria are answered as a whole, so one filter leaves the queryset alone."""
        return qs


class SearchFilterSet(django_filters.FilterSet):
    """What is asked besides terms; ``filter_set`` adds one filter for each facet."""

    within = TextFilter(label=gettext_lazy("Distance in miles"))
    q = TextFilter(label=gettext_lazy("Name or words"))
    older = TextFilter(label=gettext_lazy("Show older listings too"))
    sort = TextFilter(label=gettext_lazy("Order"))
    page = TextFilter(label=gettext_lazy("Page"))

    class Meta:
        model = Listing
        fields: list[str] = []
        form = SearchForm


def filter_set(data: QueryDict | Mapping[str, Any], words: Vocabulary) -> SearchFilterSet:
    """The filters of today's taxonomy, bound to a query string's data."""
    return _filter_class(words)(data, queryset=Listing.objects.none())


@lru_cache(maxsize=2)
def _filter_class(words: Vocabulary) -> type[SearchFilterSet]:
    facets = {
        code: TermFilter(
            label=group.facet.label,
            help_text=group.facet.help,
            choices=[(term.code, term.shown_label) for term in group.terms if term.filterable],
        )
        for code, group in words.by_facet.items()
        if any(term.filterable for term in group.terms)
    }
    known = [(code, one.label) for code, one in facets.items() if code not in NEEDS_KNOWN_YES]
    known += [(facet, TIME_LABELS[facet]) for facet in MAY_BE_NOT_KNOWN]
    times = {
        facet: TermFilter(
            label=TIME_LABELS[facet],
            choices=[(value, VALUE_LABELS[facet, value]) for value in values],
        )
        for facet, values in TIMES.items()
    }
    own = {
        "known": TermFilter(
            label=gettext_lazy("Leave out listings for which this is not known"), choices=known
        ),
        "programme": TermFilter(
            label=gettext_lazy("Has a programme made for"),
            choices=[
                (term.code, term.shown_label)
                for term in _with_degrees(words.by_code.values(), words)
            ],
        ),
    }
    return type("FacetFilterSet", (SearchFilterSet,), {**facets, **times, **own})


def _with_degrees(terms: Iterable[Term], words: Vocabulary) -> list[Term]:
    return [term for term in terms if words.by_facet[term.facet].facet.degrees and term.filterable]


def criteria_from(
    filters: SearchFilterSet, place: Place | None, words: Vocabulary
) -> tuple[SearchCriteria, list[str]]:
    """The criteria, and a sentence for everything that was left out or changed."""
    notices: list[str] = []
    form = filters.form
    form.is_valid()
    cleaned = form.cleaned_data
    for name, field in form.fields.items():
        for value in _unknown(form, name, field)[:3]:
            notices.append(
                _("We do not know “%(value)s” under “%(field)s”, so it was left out.")
                % {"value": clean(value[: SHOWN * 4])[:SHOWN], "field": field.label or name}
            )
    if form.left_out:
        notices.append(
            _("You chose more than %(most)d filters, so we used the first %(most)d.")
            % {"most": MOST_CHOICES}
        )
    chosen = {code: tuple(cleaned[code]) for code in words.by_facet if cleaned.get(code)}
    criteria = SearchCriteria(
        scope=scope_of(place, _within(cleaned.get("within", ""), place, notices)),
        chosen=chosen,
        known_only=frozenset(cleaned.get("known") or ()),
        programmes=tuple(cleaned.get("programme") or ()),
        times={facet: tuple(cleaned[facet]) for facet in TIMES if cleaned.get(facet)},
        text=cleaned.get("q", ""),
        here=Area(place.country, place.region_code) if place else None,
        older=cleaned.get("older") == "1",
        sort=_sort(cleaned.get("sort", ""), notices),
        page=_page(cleaned.get("page", "")),
    )
    return criteria, notices


def _unknown(form: forms.Form, name: str, field: forms.Field) -> list[str]:
    return field.unknown(form[name].data) if isinstance(field, KnownChoicesField) else []


def scope_of(place: Place | None, miles: float) -> Scope:
    """Where to look: states and countries by address, all else as a circle around a point."""
    if place is None:
        return None
    if place.by_address:
        return Area(place.country, place.region_code)
    return Circle(Point(place.latitude, place.longitude), miles)


def default_miles(place: Place | None) -> float:
    """The distance when none is given: 25 miles, or enough to cover a county."""
    radius = place.radius_miles if place and place.kind == Place.Kind.COUNTY else None
    return max(DEFAULT_MILES, float(math.ceil(radius))) if radius else DEFAULT_MILES


def _within(text: str, place: Place | None, notices: list[str]) -> float:
    if not text.strip():
        return default_miles(place)
    try:
        miles = float(text)
    except ValueError:
        miles = math.nan
    if math.isnan(miles) or miles <= 0:
        standard = default_miles(place)
        notices.append(
            _("The distance must be a number of miles above 0. We used %(miles)d miles.")
            % {"miles": standard}
        )
        return standard
    if miles > MOST_MILES:
        notices.append(_("We search %(miles)d miles at most.") % {"miles": MOST_MILES})
        return MOST_MILES
    # As addresses write it, so that one address is one distance.
    return float(f"{miles:g}")


def _sort(text: str, notices: list[str]) -> str:
    if text in SORTS or not text:
        return text or "best"
    notices.append(_("We do not know that order, so the usual one was used."))
    return "best"


def _page(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else 1


def distance_choices(place: Place | None, miles: float) -> list[tuple[float, bool]]:
    """The distances offered, in miles, each with whether it is the present one."""
    offered = sorted({*map(float, DISTANCES_MILES), default_miles(place), miles})
    return [(distance, distance == miles) for distance in offered]
