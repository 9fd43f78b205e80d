"""Puts figures into docs/performance.md and its charts: `documents figures.json`."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.search_parts.charts import pages_chart, times_chart
from tests.benchmarks.search_parts.report import case_table, figure_table
from tests.proofs._scratch import ROOT

PAGE = ROOT / "docs" / "performance.md"
CHARTS = ROOT / "docs" / "charts"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def main(path: Path) -> None:
    """Write the page's middle part and the charts."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    middle = "\n\n".join(["", where(figures), *tables(figures), ""])
    PAGE.write_text(f"{before}{BEGIN}{middle}{END}{after}", encoding="utf-8")
    CHARTS.mkdir(exist_ok=True)
    (CHARTS / "search-times.svg").write_text(times_chart(figures), encoding="utf-8")
    (CHARTS / "pages.svg").write_text(pages_chart(figures), encoding="utf-8")


def where(figures: Mapping[str, Any]) -> str:
    """The machine, the day and the size, in two sentences."""
    machine = figures["machine"]
    return (
        f"Measured on {figures['at']}: {machine['model']}, {machine['cores']} cores,"
        f" {machine['memory_gib']} GiB; Python {machine['python']}, Django {machine['django']},"
        f" numpy {machine['numpy']}, SQLite {machine['sqlite']},"
        f" PostgreSQL {machine['postgresql'] or 'not there'}.\n"
        f"{figures['listings']:,} listings on {figures['database']},"
        f" {figures['listings_in_dense_metro']:,} of them within 25 miles of the dense metro's"
        f" centre; the run took {figures['minutes']:g} minutes."
    )


def tables(figures: Mapping[str, Any]) -> list[str]:
    """The tables with their charts."""
    return [
        "Milliseconds of a search, p50 / p95 / p99:",
        markdown(case_table(figures)),
        f"![Median times of all contenders for each search, listed in the table above]"
        f"({CHARTS.name}/search-times.svg)",
        markdown(figure_table(figures)),
        f"![Requests a second of the empty view and of pages kept and drawn, as in the table above]"
        f"({CHARTS.name}/pages.svg)",
    ]


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table of these lines, the first one its head."""
    head, *rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([head, f"|{'---|' * len(lines[0])}", *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
