"""What machines ask: is the process up, can it answer, what may robots read."""

from http import HTTPStatus

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from listings.models import Catalogue
from listings.search.loading import stamp_now
from listings.search.serving import current_index

# Filtered results are endless and say what somebody looked for; the plain pages may be indexed.
ROBOTS = """User-agent: *
Disallow: /find/*?
Disallow: /find/?
Disallow: /find.json
Disallow: /find/*.json
Disallow: /search/
Disallow: /places/
Disallow: /healthz
Disallow: /readyz
"""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and the index is there; 503 where one of them is not.

    ``index_version`` is what a search would answer with now. It may stay behind the catalogue's
    while a large import is taken in; then this says ``degraded``.
    """
    try:
        index = current_index()
        now = stamp_now()
    except (Error, Catalogue.DoesNotExist):
        return JsonResponse(
            {"status": "unavailable", "database": "does not answer"},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    status = "ok" if index.stamp == now else "degraded"
    versions = {"catalogue_version": now.version, "index_version": index.stamp.version}
    return JsonResponse({"status": status, **versions})


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt`` (RFC 9309)."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
