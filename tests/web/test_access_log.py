"""Log lines say nothing of who looked for what, even when a page fails."""

import io
import logging
import sys

import pytest
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from listings.web.access_log import (
    AccessLogMiddleware,
    WithoutInput,
    frames,
    truncated_address,
)


@pytest.mark.parametrize(
    ("remote", "forwarded", "hops", "expected"),
    [
        ("203.0.113.77", "", 0, "203.0.113.0/24"),
        ("2001:db8:1:2::3", "", 0, "2001:db8:1::/48"),
        ("203.0.113.77", "198.51.100.9", 0, "203.0.113.0/24"),
        ("10.0.0.1", "198.51.100.9", 1, "198.51.100.0/24"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.9", 1, "198.51.100.0/24"),
        ("10.0.0.1", "198.51.100.9, 10.0.0.2", 2, "198.51.100.0/24"),
        ("10.0.0.1", "", 1, "10.0.0.0/24"),
        ("", "", 0, "-"),
        ("not an address", "", 0, "-"),
    ],
)
def test_addresses_are_cut_and_headers_not_believed(
    settings: Settings, remote: str, forwarded: str, hops: int, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = hops
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert truncated_address(request) == expected


@pytest.mark.django_db
def test_a_failing_page_keeps_its_address_out_of_the_log(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("listings.views.asked_search.vocabulary", fail)
    handler = logging.getLogger("django.request").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    client.raise_request_exception = False
    assert client.get("/find/?type=detox").status_code == 500
    assert "A request failed" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert "boom" not in stream.getvalue()
    assert "detox" not in stream.getvalue()
    assert "/find/" not in stream.getvalue()


def frame_of(raised: BaseException) -> str:
    try:
        raise raised
    except BaseException as error:
        return frames(error)


def test_frames_name_types_and_places_but_quote_nothing() -> None:
    cause = ValueError("Canaryville")
    raised = RuntimeError("Canaryville")
    raised.__cause__ = cause
    text = frame_of(raised)
    assert text.index("builtins.ValueError") < text.index("builtins.RuntimeError")
    assert "in frame_of" in text
    assert "Canaryville" not in text


@pytest.mark.parametrize(
    ("status", "shown"),
    [(400, False), (403, False), (500, True), (503, True)],
)
def test_only_failures_of_ours_show_where_they_happened(status: int, shown: bool) -> None:
    try:
        raise DisallowedHost("Invalid HTTP_HOST header: 'canary.example'.")
    except DisallowedHost:
        record = logging.getLogger("django.security.DisallowedHost").makeRecord(
            "django.security.DisallowedHost", logging.ERROR, "", 0, "'canary.example'", (),
            sys.exc_info(), extra={"status_code": status},
        )  # fmt: skip
    assert WithoutInput().filter(record)
    line = logging.Formatter("{message}", style="{").format(record)
    assert line.startswith(f"A request failed. {status}")
    assert ("DisallowedHost" in line) == shown
    assert "canary" not in line


@pytest.mark.parametrize(("method", "written"), [("GET", "GET"), ("CANARY", "other")])
def test_a_method_of_ones_own_is_not_written_down(
    caplog: pytest.LogCaptureFixture, method: str, written: str
) -> None:
    request = RequestFactory().generic(method, "/")
    request.resolver_match = None
    access = logging.getLogger("listings.access")
    access.addHandler(caplog.handler)
    try:
        AccessLogMiddleware(lambda _: HttpResponse())(request)
    finally:
        access.removeHandler(caplog.handler)
    assert caplog.messages[0].startswith(f"{written} - 200 ")
