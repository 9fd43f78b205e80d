"""``POST /search/``: what was typed becomes a place, and never a part of an address."""

import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from listings.geocoding.gazetteer import PlaceMatches, find_places, nearest_place
from listings.search.filters import filter_set
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.values.geo import Point
from listings.values.text import clean
from listings.views.address import ResultsAddress, chosen_pairs
from listings.views.place_names import country_names
from listings.web.form_token import FormRefused, check_form
from listings.web.request_body import check_size

MOST_LETTERS = 120
MOST_MATCHES = 12


class SeeOther(HttpResponseRedirect):
    """303: fetch the other page with GET, whatever this request was (RFC 9110, 15.4.4)."""

    status_code = HTTPStatus.SEE_OTHER


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the words for the place, as typed, and the choices as an address."""

    typed: str
    address: ResultsAddress
    kinds: tuple[str, ...] = field(default=())


# The public site has no cookie to guard a form with; check_form stands in its place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def search(request: HttpRequest) -> HttpResponse:
    """Find the place that was meant, and send the visitor to its results."""
    if request.method != "POST":
        return redirect("home")
    check_size(request)
    question = _question(request, vocabulary())
    try:
        check_form(request, "search")
    except FormRefused as refused:
        return _again(request, question, str(refused), HTTPStatus.FORBIDDEN)
    if "lat" in request.POST or "lon" in request.POST:
        return _near_me(request, question)
    return _typed(request, question)


def _question(request: HttpRequest, words: Vocabulary) -> Question:
    pairs = chosen_pairs(filter_set(request.POST, words), words)
    kinds = tuple(words.by_code[code].shown_label for name, code in pairs if name == "type")
    return Question(clean(request.POST.get("place", "")), ResultsAddress("", pairs), kinds)


def _typed(request: HttpRequest, question: Question) -> HttpResponse:
    if not question.typed:
        return SeeOther(question.address.without("within").url)
    if len(question.typed) > MOST_LETTERS:
        return _again(
            request,
            question,
            _("That is too long for the name of a place."),
            HTTPStatus.BAD_REQUEST,
        )
    found = find_places(question.typed, home_country=settings.HOME_COUNTRY, limit=MOST_MATCHES)
    if not found.matches:
        return _again(request, question, _("We do not know this place."))
    meant = found.meant(settings.HOME_COUNTRY)
    if meant:
        return SeeOther(question.address.at(meant.slug).url)
    return _which_one(request, question, found)


def _near_me(request: HttpRequest, question: Question) -> HttpResponse:
    try:
        # Two decimals are about a kilometre: enough for a search, too little to find a door.
        here = Point(_degrees(request, "lat"), _degrees(request, "lon"))
    except ValueError:
        sentence = _("We could not read where you are. Please type a place.")
        return _again(request, question, sentence, HTTPStatus.BAD_REQUEST)
    place = nearest_place(here)
    if place is None:
        return _again(request, question, _("We know no place near you. Please type one."))
    return SeeOther(question.address.at(place.slug).url)


def _degrees(request: HttpRequest, name: str) -> float:
    degrees = float(request.POST.get(name, "")[:40])
    if not math.isfinite(degrees):
        raise ValueError("Degrees must be finite.")
    return round(degrees, 2)


def _which_one(request: HttpRequest, question: Question, found: PlaceMatches) -> HttpResponse:
    countries = country_names(place.country for place in found.matches)
    matches = [
        {
            "place": place,
            "country": countries[place.country],
            "url": question.address.at(place.slug).url,
        }
        for place in found.matches
    ]
    context = _context(question) | {
        "matches": matches,
        "similar": found.kind == "fuzzy",
        "more": len(matches) == MOST_MATCHES,
    }
    return render(request, "pages/which_one.html", context)


def _again(
    request: HttpRequest, question: Question, sentence: str, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = _context(question) | {"sentence": sentence}
    return render(request, "pages/search_again.html", context, status=status)


def _context(question: Question) -> dict[str, Any]:
    return {
        "typed": question.typed[:MOST_LETTERS],
        "kinds": question.kinds,
        "address": question.address,
        "everywhere": question.address.without("within").url,
    }
