"""Pages for what went wrong. Each carries the help lines; two of them need no database."""

import sys
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string

from listings.views.search_form import search_form

RETRY_AFTER_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that cannot be read."""
    return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a page that is not for everybody."""
    return HttpResponse(render_to_string("403.html"), status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form of the admin without its token or cookie."""
    return HttpResponse(render_to_string("403_csrf.html"), status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, and the search form to go on with."""
    return render(request, "404.html", {"form": search_form()}, status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it is the database that does not answer or too many bodies are awaited.

    Touches neither database nor files other than the template.
    """
    if isinstance(sys.exc_info()[1], DatabaseError | InterfaceError | UnreadablePostError):
        page = render_to_string("503.html")
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
