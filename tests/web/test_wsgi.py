"""What stands before Django: no content type breaks a request before there is a page for it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from directory.wsgi import application, body_length, safe_content_type

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        ("", ""),
        (FORM, FORM),
        (f"{FORM}; charset=UTF-8", f"{FORM}; charset=UTF-8"),
        ("text/plain; charset=iso-8859-1", "text/plain; charset=iso-8859-1"),
        ("text/plain; charset=hex", "text/plain"),
        ('text/plain; a=b; Charset="rot13"', "text/plain"),
        ("text/plain; charset*=utf-8''hex", "text/plain"),
        (f"{PARTS}; boundary=b", f"{PARTS}; boundary=b"),
        (f"{PARTS}; boundary=b; charset=hex", PARTS),
    ],
)
def test_safe_content_type(given: str, handed_on: str) -> None:
    assert safe_content_type(given) == handed_on


@pytest.mark.parametrize(
    ("declared", "length"),
    [(None, 0), ("", 0), ("12", 12), ("-1", 0), ("x", 0), ("²", 0), ("2621440", 2621440),
     ("2621441", 0), ("9" * 5000, 0)],
)  # fmt: skip
def test_body_length(declared: str | None, length: int) -> None:
    assert body_length({"CONTENT_LENGTH": declared} if declared is not None else {}) == length


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """A request of a real server may close its connection; here the test's hangs on it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    "codec", ["hex", "rot13", "base64", "idna", "punycode", "undefined", "x\0"]
)
@pytest.mark.parametrize(
    ("method", "kind", "path", "status"),
    [
        ("GET", "text/plain", "/healthz", "200 "),
        ("POST", "text/plain", "/search/", "403 "),
        ("POST", FORM, "/search/", "403 "),
        ("POST", f"{PARTS}; boundary=b", "/search/", "400 "),
    ],
)
def test_no_charset_breaks_a_request(
    codec: str, method: str, kind: str, path: str, status: str
) -> None:
    answers: list[str] = []

    def start(line: str, headers: list[tuple[str, str]]) -> None:
        answers.append(line)

    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "a=%C3%A9",
        "HTTP_HOST": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(b"place=x"), "CONTENT_LENGTH": "7",
        "CONTENT_TYPE": f"{kind}; charset={codec}",
    }  # fmt: skip
    page = b"".join(application(environ, start))
    assert answers[0].startswith(status)
    assert path == "/healthz" or b"tel:988" in page
