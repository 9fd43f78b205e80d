"""Log lines say nothing of who looked for what, even when a page fails."""

import io
import logging

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from listings.web.access_log import truncated_address


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

    monkeypatch.setattr("listings.views.find.vocabulary", fail)
    handler = logging.getLogger("django.request").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    client.raise_request_exception = False
    assert client.get("/find/?type=detox").status_code == 500
    assert "A request failed" in stream.getvalue()
    assert "boom" in stream.getvalue()
    assert "detox" not in stream.getvalue()
    assert "/find/" not in stream.getvalue()
