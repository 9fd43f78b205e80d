"""The end of script/test: what was skipped and why, what failed, and one line of counts.

Arguments: the folder with pytest's JUnit files and the file ``skipped``; the names of the steps
that failed. Exits 1 on any failure, and with CI=true on any skip but those
for want of the real input files.
"""

import os
import sys
from collections import Counter
from pathlib import Path

from defusedxml import ElementTree

WANTING = "The real input files are not beside the repository."


def main(folder: Path, failed_steps: str) -> int:
    """Print the summary and return the exit code."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for report in sorted(folder.glob("*.xml")):
        read_report(report, counts, reasons)
    whole_parts = (folder / "skipped").read_text(encoding="utf-8").splitlines()
    for reason in whole_parts:
        print(f"SKIPPED {reason}")
    for reason, times in sorted(reasons.items()):
        print(f"SKIPPED {times} test{'s' * (times > 1)}: {reason}")
    if not whole_parts and not reasons:
        print("Nothing was skipped.")
    in_ci = os.environ.get("CI") == "true"
    forbidden = in_ci and bool(whole_parts or any(not allowed(reason) for reason in reasons))
    if forbidden:
        print("FAILED: with CI=true none of this may be skipped.")
    if failed_steps:
        print(f"FAILED: {failed_steps}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return int(forbidden or bool(failed_steps))


def read_report(path: Path, counts: Counter[str], reasons: Counter[str]) -> None:
    """Add one JUnit file to the counts and to the reasons for skipping."""
    suite = path.stem
    for case in ElementTree.parse(path).iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif skip is not None and skip.get("type") == "pytest.skip":
            counts["skipped"] += 1
            reasons[f"{skip.get('message')} ({suite})"] += 1
        else:
            counts["passed"] += 1


def allowed(reason: str) -> bool:
    """Whether a skip is for want of the real input files (tests/conftest.py says when)."""
    return WANTING in reason


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
