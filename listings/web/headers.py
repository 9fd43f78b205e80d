"""Response headers that keep a visit between the visitor and this site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_ALWAYS = {
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-DNS-Prefetch-Control": "off",
    # Views and static files that may be kept say so themselves.
    "Cache-Control": "private, no-store",
    # Always said: behind a proxy that does TLS, Django may not know that the visit is secure, and
    # browsers take no notice of it where it is not.
    "Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains",
}


class HeadersMiddleware:
    """Sets what Django's SecurityMiddleware has no setting for.

    Referrer-Policy is ``no-referrer`` for the public. Under the admin it is ``same-origin``:
    Chromium sends ``Origin: null`` under no-referrer, and Django would refuse its own forms.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_root = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers, without replacing what a view has set itself."""
        response = self.get_response(request)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        in_admin = request.path.startswith(self.admin_root)
        response.headers["Referrer-Policy"] = "same-origin" if in_admin else "no-referrer"
        return response
