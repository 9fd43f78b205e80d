"""The figures as tables."""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]


def milliseconds(value: float | None) -> str:
    """Two or three digits that count."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def contenders(figures: Figures) -> list[str]:
    """Their names, in the order in which they were measured."""
    return list(figures["cases"][0]["times"])


def case_table(figures: Figures) -> list[list[str]]:
    """A line for each case: p50 / p95 / p99 of each contender."""
    names = contenders(figures)
    lines = [["search", *names]]
    for case in figures["cases"]:
        cells = [case["times"].get(name) for name in names]
        lines.append([case["label"], *(_percentiles(cell) for cell in cells)])
    return lines


def _percentiles(cell: Mapping[str, float] | None) -> str:
    if cell is None:
        return "–"
    return " / ".join(milliseconds(cell[name]) for name in ("p50", "p95", "p99"))


def figure_table(figures: Figures) -> list[list[str]]:
    """What else was measured, a line each."""

    def ms(name: str) -> str:
        return f"{milliseconds(figures[name])} ms"

    ratio = figures["postgis_ratio"]
    postgis = f"{ratio:g} times as long as ours" if ratio else "not measured"
    lines = [
        ("Dense metro, 25 miles: PostGIS, facts as bits", postgis),
        ("Dense metro, 25 miles: ours", f"{figures['scan_ratio']} times the array scan"),
        ("All searches without words, p95", ms("p95_ms")),
        ("Everywhere, p50", ms("nationwide_ms")),
        ("Words, p95", ms("text_p95_ms")),
        ("First search of a minute", ms("new_minute_ms")),
        ("The same search among ten times as many listings", f"{figures['growth_ratio']} times"),
        ("Loading from the database", f"{figures['load_s']:.1f} s"),
        ("Most memory of a process that loads", f"{figures['load_peak_mb']:,.0f} MB"),
        ("Starting from another process's file", f"{figures['map_s']:.2f} s"),
        ("Memory of the index in a process", f"{figures['memory_mb']:,.0f} MB"),
        ("… of it shared by all processes", f"{figures['memory_shared_mb']:,.0f} MB"),
        ("… of it each process's own", f"{figures['memory_private_mb']:,.0f} MB"),
        ("Taking in one change", ms("refresh_one_ms")),
        ("Taking in a thousand changes", ms("refresh_thousand_ms")),
        ("A page of results, drawn, p95", ms("page_p95_ms")),
        ("Queries for it, at most", f"{figures['page_queries']}"),
        ("Pages drawn a second", f"{figures['page_per_second']:,.0f}"),
        ("Kept pages a second", f"{figures['cached_page_per_second']:,.0f}"),
        ("Empty answers a second, by a view that does nothing",
         f"{figures['empty_view_per_second']:,.0f}"),
        ("Kept pages for each empty answer", f"{figures['cached_page_ratio']:.2f}"),
        (f"Answers unlike brute force, of {figures['oracle_searches']:,}",
         f"{figures['oracle_differences']}"),
    ]  # fmt: skip
    return [["figure", "value"], *map(list, lines)]
