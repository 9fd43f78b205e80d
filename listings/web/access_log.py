"""One log line for each request, with nothing in it that could say who looked for what."""

import ipaddress
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("listings.access")


def truncated_address(request: HttpRequest) -> str:
    """The visitor's network, /24 for IPv4 and /48 for IPv6, or "-" when it is not known.

    Behind N trusted proxies the N-th address from the right of X-Forwarded-For counts; what a
    visitor writes into that header further left is never believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXY_COUNT
    if hops:
        listed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        forwarded = [part.strip() for part in listed if part.strip()]
        address = forwarded[-hops] if len(forwarded) >= hops else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "-"
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


class WithoutPath(logging.Filter):
    """Takes the path, and so the place looked for, out of Django's own lines about failures."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line and its traceback, without what the request asked for."""
        status = getattr(record, "status_code", "")
        record.msg, record.args = f"A request failed. {status}".strip(), ()
        return True


class AccessLogMiddleware:
    """Writes method, kind of page, status and time; no path values, no query, no user agent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Time the request and write the line."""
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "%s %s %s %.0fms %s",
            request.method,
            match.route if match else "-",
            response.status_code,
            (time.perf_counter() - start) * 1000,
            truncated_address(request),
        )
        return response
