"""The help lines that ship with the code, and the command that loads them."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from listings.exchange.help_lines import (
    CHECK_EVERY,
    HelpLineError,
    HelpLineSpec,
    read_help_lines,
)
from listings.management.commands import load_help_lines
from listings.models import Catalogue, HelpLine, ReviewEvent

GOOD = """
read_on = 2026-11-22
[[line]]
code = "xx-line"
country = "GB"
name = "A line"
purpose = "advice"
number = "0300 123 6600"
about = "Advice."
source = "https://example.org/"
order = 1
"""


def load() -> str:
    out = StringIO()
    call_command("load_help_lines", stdout=out)
    return out.getvalue().strip()


def version() -> int:
    return Catalogue.objects.current().version


@pytest.fixture
def lines() -> list[HelpLineSpec]:
    return read_help_lines()


def test_home_country_begins_with_emergency_and_crisis(lines: list[HelpLineSpec]):
    american = sorted((line for line in lines if line.country == "US"), key=lambda line: line.order)
    assert [line.number for line in american] == ["911", "988", "+18006624357"]


@pytest.mark.parametrize(
    ("code", "number", "hours"),
    [
        ("us-988", "988", "24/7"),
        ("ca-nors", "+18886886677", ""),
        ("gb-frank", "+443001236600", ""),
        ("gb-wls-dan", "+448088082234", "24/7"),
        ("gb-samaritans", "116123", "24/7"),
        ("ie-hse", "+3531800459459", ""),
        ("au-family-drug-support", "+611300368186", "24/7"),
        ("au-aod", "+611800250015", ""),
        ("nz-alcohol-drug", "+64800787797", ""),
        ("de-sucht-drogen", "+491806313031", "24/7"),
        ("fr-drogues-info", "+33800231313", ""),
        ("es-024", "024", "24/7"),
        ("mx-linea-de-la-vida", "+528009112000", "24/7"),
    ],
)
def test_numbers_and_hours(code: str, number: str, hours: str, lines: list[HelpLineSpec]):
    line = next(line for line in lines if line.code == code)
    assert (line.number, line.hours) == (number, hours)


@pytest.mark.parametrize(
    "number",
    ["+18776961996", "+18004843731", "+443301236600", "+445433001236600", "+18009720590"],
)
def test_doubtful_numbers_are_not_shipped(number: str, lines: list[HelpLineSpec]):
    assert number not in {line.number for line in lines}


def test_every_line_has_source_and_next_check(lines: list[HelpLineSpec]):
    for line in lines:
        assert line.source_url.startswith("https://"), line.code
        assert line.next_check == line.source_date + CHECK_EVERY, line.code


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0300 123 6600", "call us", "telephone number"),
        ('number = "0300 123 6600"', "", "has no number"),
        ('source = "https://example.org/"', "", "has no source"),
        ("https://example.org/", "javascript:alert(1)", "no https:// address"),
        ('"advice"', '"gossip"', "unknown purpose"),
        ('"GB"', '"England"', "two capital letters"),
        ("order = 1", 'order = "first"', "order must be a whole number"),
        ("order = 1", "order = 1\nopen = true", "unknown entry open"),
        ("order = 1", 'order = 1\nhours = "Mo-Fr 09:00-17:00"', "hours but no timezone"),
        ("order = 1", "order = 1\nsource_date = 2026-01-01T10:00:00", "must be a date"),
        ("xx-line", "XX line!", "small letters"),
        ("Advice.", "A" * 301, "too long"),
        ("read_on = 2026-11-22", "", "needs read_on"),
        ("[[line]]", "[[line", "cannot be read"),
    ],
)
def test_a_bad_file_gets_a_sentence(old: str, new: str, said: str, tmp_path: Path):
    file = tmp_path / "lines.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(HelpLineError, match=said):
        read_help_lines(file)


def test_a_code_stands_once(tmp_path: Path):
    file = tmp_path / "lines.toml"
    file.write_text(GOOD + GOOD.replace("read_on = 2026-11-22", ""))
    with pytest.raises(HelpLineError, match="twice"):
        read_help_lines(file)


@pytest.mark.django_db
def test_loading_claims_no_check(lines: list[HelpLineSpec]):
    before = version()
    assert load().startswith(f"Help lines: {len(lines)} new, 0 changed")
    assert HelpLine.objects.exclude(checked_at=None, checked_by=None).count() == 0
    assert version() == before + 1
    assert set(HelpLine.objects.values_list("version", flat=True)) == {before + 1}
    assert ReviewEvent.objects.count() == len(lines)


@pytest.mark.django_db
def test_loading_again_changes_nothing(lines: list[HelpLineSpec]):
    load()
    before = version()
    assert f"{len(lines)} the same" in load()
    assert version() == before


@pytest.mark.django_db
def test_a_line_that_differs_is_brought_up_to_the_file():
    load()
    before = version()
    HelpLine.objects.filter(code="us-988").update(number="989")
    assert "1 changed" in load()
    line = HelpLine.objects.get(code="us-988")
    assert (line.number, line.version) == ("988", before + 1)
    assert ReviewEvent.objects.first().changes["number"] == ["989", "988"]


@pytest.mark.django_db
def test_a_checked_line_is_kept():
    load()
    line = HelpLine.objects.get(code="us-samhsa")
    line.checked_by, line.checked_at = User.objects.create(username="c"), timezone.now()
    line.hours = "Mo-Fr 09:00-17:00"
    line.save()
    before = version()
    assert "1 kept as a curator checked them" in load()
    line.refresh_from_db()
    assert line.hours == "Mo-Fr 09:00-17:00"
    assert version() == before


@pytest.mark.django_db
def test_a_bad_file_stops_the_command(tmp_path: Path, monkeypatch):
    def broken() -> list[HelpLineSpec]:
        raise HelpLineError("Help line “x” has no number; add it.")

    monkeypatch.setattr(load_help_lines, "read_help_lines", broken)
    with pytest.raises(CommandError, match="has no number"):
        load()
    assert not HelpLine.objects.exists()


def test_next_check_is_within_ninety_days(lines: list[HelpLineSpec]):
    assert dt.timedelta(days=90) == CHECK_EVERY
