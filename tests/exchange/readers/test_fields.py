import pytest

from listings.exchange.readers.fields import is_timezone, read_point, web_address
from listings.values.geo import Point
from listings.values.timezones import timezone_at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Example.ORG/", "https://example.org"),
        ("http://example.org/A?b=1#c", "http://example.org/A?b=1#c"),
        ("example.org", "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("https://bücher.example/", "https://bücher.example"),
    ],
)
def test_web_address(text, expected):
    assert web_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://example.org",
        "https://", "https://localhost", "https://user:pw@example.org", "https://example.org:x/",
        "https://[::1", "none", "call us", "https://exa mple.org", "https://example.org\\@x.org",
        "https://example.org/" + "x" * 500, "",
    ],
)  # fmt: skip
def test_no_web_address(text):
    with pytest.raises(ValueError, match="web address"):
        web_address(text)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("41.5", -72, Point(41.5, -72)),
        (None, "", None),
        ("0", "0.0", None),
        ("nan", "1", None),
        ("91", "1", None),
        ("1", "9e9", None),
        ("1", None, None),
        ([1], {}, None),
        ("1" * 400, "1", None),
    ],
)
def test_read_point(latitude, longitude, expected):
    notes: list[str] = []
    assert read_point(latitude, longitude, notes) == expected
    assert bool(notes) == (expected is None and latitude is not None)


def test_timezones():
    assert timezone_at(Point(41.76, -72.67)) == "America/New_York"
    assert timezone_at(Point(10, -30)) == ""
    assert timezone_at(None) == ""
    assert is_timezone("US/Eastern")
    assert not any(map(is_timezone, ["Mars/Base", "", "../etc/passwd", "America", "a\0b", "/etc"]))
