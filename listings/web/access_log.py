"""One log line for each request, with nothing in it that could say who looked for what."""

import ipaddress
import logging
import time
import traceback
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("listings.access")

# RFC 9110, 9.1, and PATCH of RFC 5789; anything else is a sender's own word.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


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


class WithoutInput(logging.Filter):
    """Takes what a visitor sent out of Django's own lines about failures.

    The path goes, and the text of exceptions, which may quote the input. Below 500 the request
    was at fault and the line says no more; from 500 on it says where the code failed, and with
    which type of exception.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, rewritten."""
        status = getattr(record, "status_code", 0)
        record.msg, record.args = f"A request failed. {status or ''}".strip(), ()
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = None
        ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        record.exc_text = frames(error) if error and ours else None
        return True


def frames(error: BaseException) -> str:
    """The stack and the type of an exception and of those that led to it, without their texts."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    places = [
        f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    own = "\n".join([*places, kind])
    return f"{frames(before)}\n{own}" if before else own


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
            request.method if request.method in METHODS else "other",
            match.route if match else "-",
            response.status_code,
            (time.perf_counter() - start) * 1000,
            truncated_address(request),
        )
        return response
