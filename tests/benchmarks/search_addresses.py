"""The site's addresses, and beside them a view that does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from directory.urls import handler400, handler403, handler404, handler500
from directory.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    """What any answer costs behind this middleware."""
    return HttpResponse()


urlpatterns = [path("empty/", empty), *site]
