import pytest

from listings.exchange.readers.base import bad_row
from listings.exchange.report import Report, from_saved

QUOTED = "“\x1b[31mRed\u202e House\x9b2J\r\nName\x07” is no kind of service."
SAFE = "“[31mRed House2J Name” is no kind of service."


@pytest.mark.parametrize("name", ["out_of_scope", "not_mapped", "unknown_codes", "notes"])
def test_what_is_counted_is_kept_and_shown_without_control_characters(name):
    report = Report()
    report.count(name, [QUOTED, SAFE, QUOTED])
    assert getattr(report, name) == {SAFE: 3}
    assert_printable(report)


def test_reasons_and_the_brake_are_shown_without_control_characters():
    report = Report(stopped=QUOTED)
    report.quarantine(7, QUOTED)
    assert f"    line 7: {SAFE}" in report.lines()
    assert report.lines()[-1] == SAFE
    assert_printable(report)


def test_the_reason_of_a_bad_row_has_no_control_characters():
    assert bad_row(7, QUOTED, {}).reason == SAFE


def assert_printable(report):
    for line in from_saved(report.saved()).lines():
        assert line.isprintable()
