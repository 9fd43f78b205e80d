"""Public pages are looked at; what else is asked of them is refused with a page of our own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

SAFE = ("GET", "HEAD")


class MethodsMiddleware:
    """Answers 405 before Django's CSRF guard, which asks visitors for a cookie, can answer 403.

    A view that takes more than GET and HEAD is exempt from that guard and decides for itself. The
    admin is left to Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put our page into a 405 that has none."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html").encode()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse every method but those that only look."""
        match = request.resolver_match
        in_admin = match is not None and match.app_name == "admin"
        if request.method in SAFE or in_admin or getattr(view, "csrf_exempt", False):
            return None
        return HttpResponseNotAllowed(SAFE)
