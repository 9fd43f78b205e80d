"""Kept data have an ETag, so that a program that asks again is told so in a few bytes."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.test import Client

from listings.web.page_cache import Stamp
from tests.web.kept_site import EPOCH, NOON, body, site

pytestmark = pytest.mark.usefixtures("kept_site")


def test_json_is_asked_again_cheaply(visitor: Client) -> None:
    first = visitor.get("/data/a/")
    assert json.loads(body(first))["canonical"] == "a?"
    assert first["Content-Type"] == "application/json"
    assert first["Cache-Control"] == "private, no-cache"
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', first["ETag"])
    for client in (visitor, Client()):
        again = client.get("/data/a/", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
        whole = client.get("/data/a/")
        for name in ("ETag", "Cache-Control", "Vary", "Content-Length"):
            assert again[name] == whole[name]
    assert site.drawn == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("{etag}", 304),
        ('"other", {etag}', 304),
        ("*", 304),
        ("{strong}", 304),  # weak comparison (RFC 9110, 13.1.2)
        ('"other"', 200),
        ("rubbish", 200),
        ("", 200),
    ],
)
def test_if_none_match(visitor: Client, given: str, status: int) -> None:
    etag = visitor.get("/data/a/")["ETag"]
    said = given.format(etag=etag, strong=etag.removeprefix("W/"))
    assert visitor.get("/data/a/", headers={"If-None-Match": said}).status_code == status
    assert visitor.head("/data/a/", headers={"If-None-Match": said}).status_code == status


def test_a_condition_that_fails_leaves_nothing_to_wait_for(visitor: Client) -> None:
    response = visitor.get("/data/a/", headers={"If-Match": '"other"'})
    assert response.status_code == 412
    assert response["Content-Length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("address", "stamp", "minutes"),
    [("/data/b/", (EPOCH, 7), 0), ("/data/a/", (EPOCH, 8), 0), ("/data/a/", (EPOCH, 7), 5)],
)
def test_other_data_have_another_etag(
    visitor: Client, address: str, stamp: Stamp, minutes: int
) -> None:
    etag = visitor.get("/data/a/")["ETag"]
    site.stamp = stamp
    with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
        response = visitor.get(address, headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response["ETag"] != etag
