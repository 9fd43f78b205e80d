"""The home page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from listings.models import Place
from listings.views.search_form import search_form


@require_safe
@cache_control(private=True, max_age=300)
def home(request: HttpRequest) -> HttpResponse:
    """What kind of help, where; and ways in that need no typing."""
    regions = Place.objects.regions().filter(country=settings.HOME_COUNTRY).order_by("name")
    return render(request, "pages/home.html", {"form": search_form(), "regions": regions})
