import pytest

from listings.values.hours import check_hours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("24/7", "24/7"),
        ("mo-fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ('Mo-Fr 09:00-17:00 "by appointment"', 'Mo-Fr 09:00-17:00 "by appointment"'),
        ("Mo-Fr 09:00-12:00,13:00-17:00; PH off", "Mo-Fr 09:00-12:00,13:00-17:00; PH closed"),
        ("Mo,We 09:00-12:00", "Mo,We 09:00-12:00"),
        ("Mo-Fr 09:00-12:00, Sa 10:00-11:00", "Mo-Fr 09:00-12:00, Sa 10:00-11:00"),
        ("Mo[1] 19:00-20:00", "Mo[1] 19:00-20:00"),
        ("sunrise-sunset", "sunrise-sunset"),
    ],
)
def test_check_hours(text, expected):
    assert check_hours(text) == expected
    assert check_hours(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"by appointment"',
        'Mo-Fr 09:00-17:00 || "call"',
        'Mo "call"; Tu 09:00-10:00',
        "Mo-Fr",
        "open",
        "unknown",
        'Mo 09:00-10:00; "24/7"',
    ],
)
def test_a_part_without_hours_is_not_open_day_and_night(text):
    with pytest.raises(ValueError, match="open day and night"):
        check_hours(text)


@pytest.mark.parametrize("text", ["9 to 5", "Mo-Fr 9-17", "Mo 25:00-27:00", "x" * 300, ";;", "\0"])
def test_what_cannot_be_read_gets_a_sentence(text):
    with pytest.raises(ValueError, match="Write days and hours like"):
        check_hours(text)
