"""The pages that explain the site: about, privacy, sources, and how results are ordered."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from listings.models import Source
from listings.models.listing import CURRENT_DAYS
from listings.search.vocabulary import vocabulary
from listings.web.form_token import MAX_AGE_SECONDS


@require_safe
@cache_control(public=True, max_age=300)
def about(request: HttpRequest) -> HttpResponse:
    """What the site is, and what it is not."""
    doors = vocabulary().by_facet["type"].terms
    return render(request, "pages/about.html", {"doors": doors})


@require_safe
@cache_control(public=True, max_age=300)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is written down about a visit."""
    return render(request, "pages/privacy.html", {"form_hours": MAX_AGE_SECONDS // 3600})


@require_safe
@cache_control(public=True, max_age=300)
def how_we_order(request: HttpRequest) -> HttpResponse:
    """The order of results in words (search.order.order_of)."""
    return render(request, "pages/how_we_order.html", {"current_days": CURRENT_DAYS})


@require_safe
@cache_control(public=True, max_age=300)
def sources(request: HttpRequest) -> HttpResponse:
    """Whose data the listings and the places are."""
    shown = Source.objects.all()
    if not settings.DIRECTORY_DEMO:
        shown = shown.filter(is_demo=False)
    return render(request, "pages/sources.html", {"sources": shown})
