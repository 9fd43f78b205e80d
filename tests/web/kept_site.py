"""A small site whose views return drafts, and which counts what it was asked to do."""

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext as _

from listings.web.page_cache import Draft, Kind, Stamp, kept_pages

NOON = dt.datetime(2026, 7, 31, 12, 0, tzinfo=dt.UTC)
EPOCH = "0123456789abcdef" * 2
FILLER = "".join(f"<p>House {number * 7919}</p>\n" for number in range(300))


class Site:
    """What the views below stand upon, and what they were asked to do."""

    stamp: Stamp = (EPOCH, 7)
    understood = 0
    drawn = 0

    @staticmethod
    def draw_one(request: HttpRequest) -> HttpResponse:
        """What ``one`` draws; a test puts its own here."""
        raise NotImplementedError

    def draw(self, request: HttpRequest, canonical: str) -> HttpResponse:
        self.drawn += 1
        return HttpResponse(f"<h1>{_('Search')} {canonical} {self.stamp}</h1>{FILLER}")


site = Site()


def understand(request: HttpRequest, slug: str, draw: Callable[..., HttpResponse]) -> Draft:
    site.understood += 1
    chosen = sorted(request.GET.getlist("type"))
    canonical = f"{slug}?{'&'.join(chosen)}"
    return Draft(canonical, lambda: draw(request, canonical))


@kept_pages(Kind.HTML, lambda request: site.stamp)
def results(request: HttpRequest, slug: str) -> Draft:
    return understand(request, slug, lambda *args: site.draw(*args))


@kept_pages(Kind.HTML, lambda request: site.stamp)
def other_results(request: HttpRequest, slug: str) -> Draft:
    return understand(request, slug, lambda *args: site.draw(*args))


@kept_pages(Kind.JSON, lambda request: site.stamp)
def data(request: HttpRequest, slug: str) -> Draft:
    def draw(request: HttpRequest, canonical: str) -> HttpResponse:
        site.drawn += 1
        return JsonResponse({"canonical": canonical, "rows": list(range(300))})

    return understand(request, slug, draw)


@kept_pages(Kind.HTML, lambda request: site.stamp)
def with_form(request: HttpRequest) -> Draft:
    return Draft("", lambda: render(request, "pages/search_again.html", {"sentence": "Again?"}))


@kept_pages(Kind.HTML, lambda request: site.stamp)
def by_itself(request: HttpRequest) -> HttpResponse:
    site.understood += 1
    return HttpResponse("Nothing of this is kept.", status=400)


@kept_pages(Kind.HTML, lambda request: site.stamp)
def one(request: HttpRequest) -> Draft:
    return Draft("", lambda: site.draw_one(request))


urlpatterns = [
    path("kept/<slug:slug>/", results),
    path("other/<slug:slug>/", other_results),
    path("data/<slug:slug>/", data),
    path("form/", with_form),
    path("itself/", by_itself),
    path("one/", one),
    path("", include("directory.urls")),
]


def body(response: Any) -> str:
    content = response.content
    zipped = response.get("Content-Encoding") == "gzip"
    return (gzip.decompress(content) if zipped else content).decode()
