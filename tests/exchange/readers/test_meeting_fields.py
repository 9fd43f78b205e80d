from datetime import time

import pytest

from listings.exchange.readers.meeting_fields import clock, duration, weekdays


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (0, (7,)),
        (6, (6,)),
        (7, (7,)),
        ("0", (7,)),
        (3.0, (3,)),
        ("Sunday", (7,)),
        ("tues", (2,)),
        ("Sábado", (6,)),
        (["Monday", 1, "wed"], (1, 3)),
        (None, ()),
        ("", ()),
        ([], ()),
    ],
)
def test_weekdays(written, expected):
    assert weekdays(written) == expected


@pytest.mark.parametrize("written", [8, -1, "someday", True, {"day": 1}, "9" * 1000])
def test_no_weekday(written):
    with pytest.raises(ValueError, match="is not a weekday"):
        weekdays(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("19:00", time(19)),
        ("06:30:00", time(6, 30)),
        ("7:15 pm", time(19, 15)),
        ("12:00 a.m.", time(0)),
        ("12pm", time(12)),
        ("0:00", time(0)),
    ],
)
def test_clock(written, expected):
    assert clock(written) == expected


@pytest.mark.parametrize("written", ["24:00", "25:99", "noonish", "19", "7:75 pm", None, 1900])
def test_no_clock(written):
    with pytest.raises(ValueError, match="is not a time of day"):
        clock(written)


@pytest.mark.parametrize(
    ("end", "expected"), [("20:30", 60), ("00:15", 285), ("19:30", None), (None, None), ("", None)]
)
def test_duration(end, expected):
    assert duration(time(19, 30), end) == expected
