"""What machines ask: is the process up, can it answer, what may robots read."""

from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from listings.models import Catalogue

# Filtered results are endless and say what somebody looked for; the plain pages may be indexed.
ROBOTS = """User-agent: *
Disallow: /find/*?
Disallow: /find/?
Disallow: /search/
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
    """The database answers too; 503 where it does not."""
    try:
        version = Catalogue.objects.current().version
    except (DatabaseError, Catalogue.DoesNotExist):
        return JsonResponse(
            {"status": "unavailable", "database": "does not answer"},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    return JsonResponse({"status": "ok", "catalogue_version": version})


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt`` (RFC 9309)."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
