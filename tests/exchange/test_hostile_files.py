"""The import command against hostile files and options, and its brakes and flags.

Whatever goes in: a sentence or a row put aside, and the directory as it was or whole.
"""

import io
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from listings.models import (
    Catalogue,
    Fact,
    ImportRun,
    Listing,
    ListingIdentifier,
    ReviewEvent,
    Term,
)
from tests.exchange.readers.helpers import xlsx
from tests.exchange.readers.test_tabular import bomb
from tests.factories import load_terms
from tests.proofs import _made_up

HEADER = "id,name,city,region,phone,intake_phone,latitude,longitude,language,description\n"
ROW = "1,Mill Clinic,Akron,OH,202-555-0101,,,,,\n"


@pytest.fixture(autouse=True)
def terms(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        load_terms()


def state() -> tuple[int, int, int, int]:
    """What must not move when nothing may change."""
    version = Catalogue.objects.current().version
    return version, Listing.objects.count(), Fact.objects.count(), ReviewEvent.objects.count()


def command(source: str, path: object, *options: str) -> tuple[dict[str, Any], str]:
    """Run the command; gives the saved report and what it printed."""
    out = io.StringIO()
    call_command("import_listings", source, str(path), *options, stdout=out)
    return ImportRun.objects.order_by("pk").last().report, out.getvalue()


def refused(source: str, path: object, *options: str) -> str:
    """Run the command, which must fail with a sentence and change nothing; gives the sentence."""
    before = state()
    with pytest.raises(CommandError) as caught:
        command(source, path, *options)
    assert state() == before
    assert not ImportRun.objects.filter(status=ImportRun.Status.RUNNING).exists()
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes | str], Path]:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


JUNK = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("source", "content", "sentence"),
    [
        ("findtreatment", b'{"page":1,"totalPages":1,"rows":[{"name1":"Mi', "is cut off"),
        ("findtreatment", b"[1, 2, 3]", "has no list"),
        ("meeting-guide", b'[{"name":"Group","day":0', "is cut off"),
        ("meeting-guide", b"[" * 100_000, "nested too deeply"),
        ("samhsa", b"a,b,c\n1,2,3\n", "lacks the columns name1"),
        ("samhsa", ",".join(_made_up.SAMHSA_COLUMNS).encode(), "do not tell whether"),
        ("csv", b"title,town\nMill,Akron\n", "lacks the columns name"),
        ("csv", b"", "is empty"),
        ("samhsa", b"", "is empty"),
        ("findtreatment", b"", "is empty"),
        ("csv", JUNK, "neither UTF-8 nor Windows-1252"),
        ("findtreatment", JUNK, "neither UTF-8 nor Windows-1252"),
        ("csv", b"\0" * 5_000, "full of NUL bytes"),
        ("csv", (HEADER + ROW).encode("utf-16-le"), "full of NUL bytes"),
        ("csv", b"<!DOCTYPE html><title>404</title>", "is a web page"),
        ("findtreatment", b"<html>", "is a web page"),
        ("csv", b"PK\x03\x04" + JUNK, "cannot be read as a workbook"),
        ("csv", b"%PDF-1.7", "is a PDF"),
    ],
)
@pytest.mark.django_db
def test_a_file_that_is_none_is_refused(
    file: Callable[[bytes], Path], source: str, content: bytes, sentence: str
) -> None:
    assert sentence in refused(source, file(content))


@pytest.mark.django_db
def test_a_workbook_that_unpacks_to_half_a_gigabyte(file: Callable[[bytes], Path]) -> None:
    assert "unpacks to" in refused("csv", file(bomb(500_000_000)))


@pytest.mark.django_db
def test_paths_and_addresses(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    settings.IMPORT_HOSTS = ["data.example.org"]
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in (
        (tmp_path, "is not a file"),
        (tmp_path / "pipe", "is not a file"),
        (tmp_path / "absent.csv", "There is no file"),
        ("https://data.example.org/feed.csv", "has no address"),
        ("https://other.example.org/feed.csv", "not among the hosts"),
        ("http://data.example.org/feed.csv", "does not start with https"),
        ("https://169.254.169.254/latest/meta-data/", "names no host"),
        ("https://data.example.org:8080/feed.csv", "names port 8080"),
        ("file:///etc/passwd", "does not start with https"),
    ):
        for source in ("csv", "findtreatment"):
            assert sentence in refused(source, path)


@pytest.mark.parametrize("options", [("--as-of", "rubbish"), ("--as-of", "2026-02-30")])
@pytest.mark.django_db
def test_a_date_that_is_none(file: Callable[[str], Path], options: tuple[str, str]) -> None:
    assert "is no date; write it as" in refused("csv", file(HEADER + ROW), *options)


@pytest.mark.parametrize(
    ("source", "options", "sentence"),
    [
        ("csv", ["--as-of", "2999-01-01"], "lies in the future"),
        ("csv", ["--feed", "日本"], "no Latin letter"),
        ("samhsa", ["--feed", "mental"], "--feed is for csv and meeting-guide"),
        ("csv", ["--programme", "smart"], "--programme is for meeting-guide"),
    ],
)
@pytest.mark.django_db
def test_options_that_do_not_fit(
    file: Callable[[str], Path], source: str, options: list[str], sentence: str
) -> None:
    path = file(HEADER + ROW)
    if source == "samhsa":
        _made_up.samhsa(path, _made_up.facilities(3))
    assert sentence in refused(source, path, *options)


TEN_MEGABYTES = "x" * 10_000_000


@pytest.mark.parametrize(
    ("content", "names", "aside"),
    [
        pytest.param(HEADER + "1,Café,Akron,OH,202-555-0101,,,,,\n", ["Café"], "", id="utf-8"),
        pytest.param(
            (HEADER + "1,Café,Akron,OH,202-555-0101,,,,,\n").encode("cp1252"), ["Café"], "",
            id="cp1252",
        ),
        pytest.param(
            (HEADER + "1,Café,Akron,OH,202-555-0101,,,,,\n").encode("utf-16"), ["Café"], "",
            id="utf-16",
        ),
        pytest.param("\ufeff" + HEADER + ROW, ["Mill Clinic"], "", id="byte order mark"),
        pytest.param((HEADER + ROW).replace("\n", "\r"), ["Mill Clinic"], "", id="bare CR"),
        pytest.param((HEADER + ROW).replace("\n", "\r\n"), ["Mill Clinic"], "", id="CRLF"),
        pytest.param(
            HEADER + "1,Mill\0 Clinic,Akron,OH,202-555-0101,,,,,\n", ["Mill Clinic"], "", id="NUL"
        ),
        pytest.param(
            HEADER + "1,<script>alert(1)</script>,Akron,OH,202-555-0101,,,,,<b>bold</b>\n",
            ["<script>alert(1)</script>"], "", id="script in a name",
        ),
        pytest.param(
            HEADER + '1,"=HYPERLINK(""x"")",Akron,OH,202-555-0101,,,,,\n', ['=HYPERLINK("x")'], "",
            id="formula in a CSV is text",
        ),
        pytest.param(
            HEADER + ROW + f"2,Big,Akron,OH,202-555-0102,,,,,{TEN_MEGABYTES}\n"
            "3,After,Akron,OH,202-555-0103,,,,,\n",
            ["After", "Mill Clinic"], "characters", id="ten megabytes in a cell",
        ),
        pytest.param(
            HEADER + ROW + f'2,Big,Akron,OH,202-555-0102,,,,,"{TEN_MEGABYTES}\n',
            ["Mill Clinic"], "characters", id="ten megabytes in a quote that never closes",
        ),
        pytest.param(
            HEADER + "1,Far,Akron,OH,202-555-0101,,91,181,,\n"
            "2,Nowhere,Akron,OH,202-555-0102,,0,0,,\n3,Nan,Akron,OH,202-555-0103,,nan,inf,,\n",
            ["Far", "Nan", "Nowhere"], "", id="impossible coordinates",
        ),
        pytest.param(
            HEADER + "1,Twice,Akron,OH,202-555-0101,202-555-0101,,,,\n", ["Twice"], "",
            id="one number in two roles",
        ),
        pytest.param(
            HEADER + ROW + "1,Mill Clinic,Akron,OH,202-555-0102,,,,,\n", ["Mill Clinic"],
            "same listing", id="one id twice",
        ),
        pytest.param(
            HEADER + ROW + "2,Tongue,Akron,OH,202-555-0102,,,,abc-abcdefgh-abcdefgh,\n",
            ["Mill Clinic"], "language", id="a language tag too long",
        ),
        pytest.param(
            HEADER + ROW + "2,,,,,,,,,\n3,No phone,Akron,OH,call us,,,,,\n",
            ["Mill Clinic"], "no name", id="rows that say nothing",
        ),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_dirty_file_comes_in_as_far_as_it_can(
    file: Callable[[bytes | str], Path], content: bytes | str, names: list[str], aside: str
) -> None:
    report, printed = command("csv", file(content))
    listings = Listing.objects.order_by("name")
    assert [listing.name for listing in listings] == names
    assert all(listing.point is None and listing.phones.count() == 1 for listing in listings)
    reasons = " ".join(reason for _, reason in report["quarantined"])
    assert aside in reasons
    assert bool(aside) is bool(reasons)
    assert all(f"line {row}: " in printed for row, _ in report["quarantined"])
    assert sum(report[name] for name in ("new", "quarantined_rows")) == report["rows"]


@pytest.mark.django_db
def test_formulas_of_a_workbook_are_put_aside(file: Callable[[bytes], Path]) -> None:
    head = HEADER.strip().split(",")
    rows = [head, ["1", "Mill", "Akron", "OH", "202-555-0101"], ["2", "=1+1", "Akron"]]
    report, _ = command("csv", file(xlsx(rows)))
    assert (report["new"], report["quarantined_rows"]) == (1, 1)
    assert "formula" in report["quarantined"][0][1]


@pytest.mark.django_db
def test_a_record_of_megabytes_is_put_aside(file: Callable[[str], Path]) -> None:
    rows = [
        {"frid": str(number), "name1": f"Mill {number}", "typeFacility": "SA", "services": []}
        for number in range(2)
    ]
    rows[1]["unheard_of"] = TEN_MEGABYTES
    report, _ = command("findtreatment", file(json.dumps({"page": 1, "rows": rows})))
    assert (report["new"], report["quarantined_rows"]) == (1, 1)
    assert "Shorten it" in report["quarantined"][0][1]


@pytest.mark.django_db
def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")
    Path(path).write_text(HEADER + ROW)
    assert command("csv", path)[0]["new"] == 1


@pytest.mark.django_db
def test_six_hundred_different_notes_keep_their_total(file: Callable[[str], Path]) -> None:
    rows = "".join(f"{n},Mill {n},Akron,OH,202-555-0101,,{n}.5,999,,\n" for n in range(100, 700))
    report, printed = command("csv", file(HEADER + rows), "--dry-run")
    assert len(report["notes"]) <= 201
    # Each row has a note on its coordinates, and one on the service type that is missing.
    assert sum(report["notes"].values()) == 1_200
    assert "1,200" in printed


# -- editions, brakes and flags ----------------------------------------------------------------


@pytest.fixture
def editions(tmp_path: Path) -> Callable[[list[dict[str, str]]], Path]:
    return lambda rows: _made_up.samhsa(tmp_path / "edition.csv", rows)


@pytest.mark.django_db
def test_brakes_flags_and_dry_runs(editions: Callable[[list[dict[str, str]]], Path]) -> None:
    first = _made_up.facilities(60)
    before = state()
    report, printed = command("samhsa", editions(first), "--dry-run")
    assert (report["new"], state()) == (60, before)
    assert "nothing was changed" in printed
    command("samhsa", editions(first), "--as-of", "2026-01-01")

    moved = [dict(row, phone=_made_up.phone(900 + n)) for n, row in enumerate(first)]
    changed = [*moved[:12], *first[12:]]
    assert "stopped by the brake" in refused("samhsa", editions(changed), "--as-of", "2026-02-01")
    assert "stopped by the brake" in refused("samhsa", editions(first[6:]))
    command("samhsa", editions(changed), "--as-of", "2026-02-01", "--accept-large-change")
    assert "older edition" in refused("samhsa", editions(first), "--as-of", "2026-01-15")
    assert {f.as_of.isoformat() for f in Fact.objects.all()} == {"2026-02-01"}

    report, _ = command(
        "samhsa", editions(changed[6:]), "--as-of", "2026-03-01", "--accept-large-change"
    )
    assert (report["missing"], Listing.objects.count()) == (6, 60)
    report, _ = command("samhsa", editions(changed), "--as-of", "2026-04-01")
    assert (report["same"], report["reconfirmed"]) == (60, 60)
    assert not ListingIdentifier.objects.exclude(missing_since=None).exists()
    named = ReviewEvent.objects.filter(action="named again by source")
    assert [event.changes["missing_since"] for event in named] == [["2026-03-01", None]] * 6


@pytest.mark.django_db
def test_what_vanishes_is_seen_by_those_who_follow_versions(
    editions: Callable[[list[dict[str, str]]], Path],
) -> None:
    first = _made_up.facilities(30)
    command("samhsa", editions(first))
    before = Catalogue.objects.current().version
    command("samhsa", editions(first[1:]))
    moved = Listing.objects.filter(version__gt=before)
    assert [one.identifiers.get().missing_since is not None for one in moved] == [True]


@pytest.mark.parametrize("missing", ["detox", None])
@pytest.mark.django_db
def test_without_its_taxonomy_nothing_is_imported(
    file: Callable[[str], Path], missing: str | None
) -> None:
    Term.objects.update(parent=None)
    (Term.objects.filter(code=missing) if missing else Term.objects.all()).delete()
    assert "load_taxonomy" in refused("csv", file(HEADER + ROW))
