from pathlib import Path

import pytest

from tests.scripts.server import ROOT, run

WANT_OF_SHARED = "The real input files are not beside the repository."


def summary(folder: Path, skips: list[str], parts: str = "", *, ci: str, failed: str = "") -> tuple:
    cases = "".join(
        f'<testcase name="s"><skipped type="pytest.skip" message="{reason}"/></testcase>'
        for reason in skips
    )
    (folder / "SQLite.xml").write_text(
        f'<testsuites><testsuite><testcase name="a"/>{cases}'
        '<testcase name="b"><skipped type="pytest.xfail" message=""/></testcase>'
        '<testcase name="c"><failure message="no"/></testcase></testsuite></testsuites>'
    )
    (folder / "skipped").write_text(parts)
    script = str(ROOT / "script" / "summary.py")
    result = run(ROOT, ".venv/bin/python", script, str(folder), failed, CI=ci)
    return result.returncode, result.stdout.splitlines()


@pytest.mark.parametrize(
    ("skips", "parts", "ci", "failed", "code"),
    [
        ([], "", "true", "", 0),
        ([], "", "true", "ruff check", 1),
        (["no Chromium"], "", "false", "", 0),
        (["no Chromium"], "", "true", "", 1),
        ([], "tests on PostgreSQL: none answers", "false", "", 0),
        ([], "tests on PostgreSQL: none answers", "true", "", 1),
        ([WANT_OF_SHARED], "", "false", "", 0),
        ([WANT_OF_SHARED], "", "true", "", 0),
    ],
)
def test_exit_code(
    tmp_path: Path, skips: list[str], parts: str, ci: str, failed: str, code: int
) -> None:
    assert summary(tmp_path, skips, parts, ci=ci, failed=failed)[0] == code


def test_ends_with_the_counts_and_says_what_was_skipped_and_why(tmp_path: Path) -> None:
    _, lines = summary(tmp_path, ["no Chromium"] * 2, "migration linter: no server", ci="false")

    assert lines[0] == "SKIPPED migration linter: no server"
    assert lines[1] == "SKIPPED 2 tests: no Chromium (SQLite)"
    assert lines[-1] == "2 passed, 1 failed, 2 skipped"
