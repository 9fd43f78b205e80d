"""The WSGI application, which granian serves.

It stands behind a small guard for what Django trusts in a request before any middleware runs.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from listings.web.request_body import AwaitedBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")

CHARSETS = {"utf-8", "utf8", "us-ascii", "iso-8859-1"}
MOST_DIGITS = 12
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(django: Application) -> Application:
    """Hand on a request whose content type Django can take and whose body may be waited for."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = safe_content_type(environ.get("CONTENT_TYPE", ""))
        environ["wsgi.input"] = AwaitedBody(environ["wsgi.input"], body_length(environ))
        return django(environ, start_response)

    return application


def safe_content_type(content_type: str) -> str:
    """The type alone where it names a charset that no form of ours has.

    Django hands any codec of Python to the request, also those that decode no text (hex, rot13),
    and fails outside every middleware. A multipart body, now without a boundary, gets a 400.
    """
    try:
        kind, parameters = parse_header_parameters(content_type)
    except ValueError:
        return ""
    charset = parameters.get("charset", "utf-8")
    return content_type if charset.lower() in CHARSETS else kind


def body_length(environ: dict[str, Any]) -> int:
    """How much of a body is read: what it declares, and nothing of one longer than any form."""
    declared = environ.get("CONTENT_LENGTH") or "0"
    # Python turns no more than 4300 digits into a number.
    if not declared.isascii() or not declared.isdigit() or len(declared) > MOST_DIGITS:
        return 0
    length = int(declared)
    return length if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE else 0


application = guarded(get_wsgi_application())
