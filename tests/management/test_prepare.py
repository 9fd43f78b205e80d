import errno
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django.fixtures import Settings

from listings.management.commands import prepare


def test_steps_come_in_the_order_they_need(settings: Settings) -> None:
    settings.DIRECTORY_DEMO = True

    assert [label for label, _ in prepare.steps()] == [
        "database tables",
        "taxonomy",
        "gazetteer",
        "help lines",
        "demonstration listings",
        "search index",
        "static files",
    ]


def test_demonstration_is_left_out_of_a_real_site(settings: Settings) -> None:
    settings.DIRECTORY_DEMO = False

    assert "demonstration listings" not in [label for label, _ in prepare.steps()]


def test_each_step_is_reported_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "steps", lambda: [("taxonomy", lambda: None)])
    out = StringIO()

    call_command("prepare", stdout=out)

    assert out.getvalue().split() == ["taxonomy", "0.0", "s"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "taxonomy: the disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), "'a.csv'. Mend this"),
        (OperationalError("database or disk is full"), "“database or disk is full”. Check"),
    ],
)
def test_a_failure_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, said: str
) -> None:
    monkeypatch.setattr(prepare, "steps", lambda: [("taxonomy", raising(failure))])

    with pytest.raises(CommandError) as caught:
        call_command("prepare")

    assert said in str(caught.value)


def test_static_files_are_collected_again_only_after_a_change(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    collected: list[str] = []

    def collect(command: str, **_: object) -> None:
        collected.append(command)
        settings.STATIC_ROOT.mkdir(exist_ok=True)

    monkeypatch.setattr(prepare, "quietly", collect)
    digests = iter(["one", "one", "two"])
    monkeypatch.setattr(prepare, "static_digest", lambda: next(digests))

    for _ in range(3):
        prepare.collect_static()

    assert collected == ["collectstatic", "collectstatic"]
    assert not list(settings.STATIC_ROOT.iterdir()), "whatever lies there is served"


def raising(failure: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise failure

    return fail
