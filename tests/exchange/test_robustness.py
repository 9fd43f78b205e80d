"""The importer against other imports, curators, a refusing database and sudden death."""

import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from listings.curation import actions, batches
from listings.exchange import runs
from listings.exchange.importer import ImportRefused, import_reading
from listings.exchange.readers.base import Reading
from listings.exchange.records import ListingRecord, PhoneRecord, SourceSpec
from listings.models import ImportRun, Listing
from tests.factories import load_terms
from tests.proofs import _made_up
from tests.proofs._scratch import Scratch, prepare


@pytest.fixture(autouse=True)
def terms(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        load_terms()


SPEC = SourceSpec("register", "A register", "https://example.org", "register")


def clinic(number: int, phone: str = "") -> ListingRecord:
    return ListingRecord(
        row=number,
        external_id=str(number),
        name=f"Mill Clinic {number}",
        street=f"{number} Mill Street",
        city="Akron",
        phones=(PhoneRecord(phone or f"+120255501{number:02}"),),
    )


def run(*rows: ListingRecord, **more: Any) -> ImportRun:
    values: dict[str, Any] = {"file_name": "test", "file_hash": "0" * 64, **more}
    return import_reading(Reading(SPEC, iter(rows)), **values)


@pytest.mark.django_db
def test_one_record_that_the_database_refuses_does_not_stop_the_others() -> None:
    report = run(clinic(1), clinic(2, "no telephone"), clinic(3)).report
    assert (report["new"], report["quarantined_rows"], Listing.objects.count()) == (2, 1, 2)
    assert report["quarantined"][0][0] == 2
    assert "does not take this record" in report["quarantined"][0][1]


@pytest.mark.django_db
def test_a_dead_process_that_nobody_has_buried_is_dead() -> None:
    run(clinic(1))
    with subprocess.Popen(["sleep", "60"]) as child:
        started = runs._started(child.pid)
        now = timezone.now()
        dead = ImportRun.objects.create(
            source=ImportRun.objects.get().source, file_name="f", file_hash="0" * 64,
            started_at=now, heartbeat_at=now,
            process=f"{socket.gethostname()} {child.pid} {started}",
        )  # fmt: skip
        assert runs.alive(dead)
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not runs.alive(dead)
        assert run(clinic(1), clinic(2)).pk == dead.pk


@pytest.mark.django_db
def test_a_run_that_was_taken_over_writes_no_more() -> None:
    def rows() -> Any:
        yield clinic(1)
        ImportRun.objects.update(process="another-host 1 1")

    with pytest.raises(ImportRefused, match="took this import"):
        import_reading(Reading(SPEC, rows()), file_name="f", file_hash="0" * 64)
    assert not Listing.objects.exists()
    assert ImportRun.objects.get().status == ImportRun.Status.RUNNING


@pytest.mark.django_db
def test_one_import_writes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    source = run(clinic(1)).source
    other = type(source).objects.create(code="other", name="Other", policy="register")
    now = timezone.now()
    ahead = ImportRun.objects.create(
        source=other, file_name="f", file_hash="1", started_at=now, heartbeat_at=now,
        process="another-host 1 1 writing",
    )  # fmt: skip
    told: list[str] = []
    monkeypatch.setattr(
        time, "sleep", lambda _: ImportRun.objects.filter(pk=ahead.pk).update(process="")
    )
    run(clinic(1), clinic(2), progress=lambda what, *_: told.append(what))
    assert "waiting for the import of Other" in told
    assert Listing.objects.count() == 2


@pytest.mark.django_db
def test_a_failed_run_reports_what_it_wrote_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = batches.write, []

    def second_fails(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(*args)

    monkeypatch.setattr(batches, "write", second_fails)
    with pytest.raises(OSError, match="No space"):
        run(*(clinic(number) for number in range(1, 61)))
    failed = ImportRun.objects.get()
    assert failed.status == ImportRun.Status.FAILED
    assert failed.report["new"] == failed.cursor == Listing.objects.count() == 20


@pytest.mark.django_db
def test_an_edition_applied_in_part_counts_as_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    test_a_failed_run_reports_what_it_wrote_and_no_more(monkeypatch)
    ImportRun.objects.update(as_of="2026-02-01")
    with pytest.raises(ImportRefused, match="older edition"):
        run(clinic(1), as_of=dt.date(2026, 1, 1))


@pytest.mark.django_db
def test_a_curator_does_not_overwrite_what_came_in_between() -> None:
    run(clinic(1))
    form = Listing.objects.get()
    run(clinic(1, "+12025550177"), accept_large_change=True)
    form.description = "Typed before the import"
    changes = {"description": ["", form.description]}
    with pytest.raises(actions.Refused, match="Load it again"), transaction.atomic():
        actions.record_change(form, by=None, changes=changes, reason="", via="admin")
    actions.set_status(form, "temporarily-closed", by=None, reason="", via="admin")
    listing = Listing.objects.get()
    assert (listing.status, listing.description) == ("temporarily-closed", "")
    assert listing.phones.get().number == "+12025550177"


@pytest.mark.django_db
def test_a_batch_is_worked_out_again_when_a_curator_was_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(clinic(1))
    write, calls = batches.write, []

    def overtaken(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            listing = Listing.objects.get()
            listing.description = "A curator's"
            change = {"description": ["", listing.description]}
            actions.record_change(listing, by=None, changes=change, reason="", via="admin")
        write(*args)

    monkeypatch.setattr(batches, "write", overtaken)
    report = run(clinic(1, "+12025550177"), accept_large_change=True).report
    listing = Listing.objects.get()
    assert (len(calls), report["changed"]) == (2, 1)
    assert listing.description == "A curator's"
    assert listing.phones.get().number == "+12025550177"


# -- sudden death: the short form of tests/proofs/kills.py -------------------------------------


def killed_while_writing(scratch: Scratch, path: Path) -> bool:
    """Start an import and kill it once it has written a batch; False when it ended before."""
    with closing(sqlite3.connect(scratch.folder / "x.sqlite3")) as database:

        def written() -> int:
            return database.execute("SELECT max(cursor) FROM listings_importrun").fetchone()[0] or 0

        before, ends = written(), time.monotonic() + 30
        child = scratch.start("import_listings", "samhsa", str(path))
        while written() == before and time.monotonic() < ends:
            time.sleep(0.005)
        return child.killed_after(0)


def test_three_kills_leave_whole_listings_and_the_next_run_goes_on(tmp_path: Path) -> None:
    scratch = prepare(Scratch(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite3'}"), gazetteer=False)
    path = _made_up.samhsa(tmp_path / "made_up.csv", _made_up.facilities(240))
    for _ in range(3):
        assert killed_while_writing(scratch, path)
        found = scratch.look()
        assert found["problems"] == []
        assert found["runs"][0]["status"] == "running"
        assert 0 < found["listings"] < 240
    scratch.must("import_listings", "samhsa", str(path))
    found = scratch.look()
    report = found["runs"][0]["report"]
    assert (found["problems"], found["listings"], len(found["runs"])) == ([], 240, 1)
    assert (report["new"], report["same"], report["rows"]) == (240, 0, 240)
