"""Charts as SVG text, readable on light and on dark pages."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tests.benchmarks.search_parts.report import contenders, milliseconds

WIDTH, LEFT, RIGHT, TOP, LINE = 860, 210, 40, 70, 34
COLOURS = ("#0b74dd", "#8a8f98", "#b35c00", "#9b51b8", "#1a7f4b")
"""Each has a contrast of 3 to 1 or more with white and with the dark page's #0d1117."""
SHAPES = (
    "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z",
    "M-5 -5H5V5H-5Z",
    "M0 -7L7 0L0 7L-7 0Z",
    "M0 -6.5L6.5 5H-6.5Z",
    "M0 6.5L6.5 -5H-6.5Z",
)
"""Circle, square, diamond and two triangles, for eyes that do not tell the colours apart."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 12px }
.grid { stroke: #d0d7de }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #30363d } }
"""


def times_chart(figures: Mapping[str, Any]) -> str:
    """Medians of all cases and contenders, one mark each, on a logarithmic scale."""
    names, cases = contenders(figures), figures["cases"]
    values = [timing["p50"] for case in cases for timing in case["times"].values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    bottom = TOP + LINE * len(cases)

    def across(value: float) -> float:
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    parts = [_legend(names)]
    for power in range(low, high + 1):
        x = across(10.0**power)
        parts.append(_line(x, TOP - 10, x, bottom))
        parts.append(_text(x, bottom + 18, f"{10.0**power:g} ms", "middle", "small"))
    for number, case in enumerate(cases):
        y = TOP + LINE * number + LINE / 2
        parts.append(_text(LEFT - 14, y + 4, case["label"], "end"))
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        for name, timing in case["times"].items():
            label = f"{case['label']}, {name}: {milliseconds(timing['p50'])} ms"
            parts.append(_mark(names.index(name), across(timing["p50"]), y, label))
    title = f"Median time of a search among {figures['listings']:,} listings"
    return _svg(title, bottom + 34, parts)


def pages_chart(figures: Mapping[str, Any]) -> str:
    """Requests a second over HTTP, one bar each."""
    bars = [
        ("A view that does nothing", figures["empty_view_per_second"]),
        ("Page of results, kept", figures["cached_page_per_second"]),
        ("Page of results, drawn", figures["page_per_second"]),
    ]
    most = max(value for _, value in bars)
    parts = []
    for number, (label, value) in enumerate(bars):
        y = TOP - 20 + LINE * number
        width = value / most * (WIDTH - LEFT - RIGHT - 60)
        colour = COLOURS[1 if number == 0 else 0]
        parts.append(_text(LEFT - 14, y + 15, label, "end"))
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="22" fill="{colour}"/>')
        parts.append(_text(LEFT + width + 8, y + 15, f"{value:,.0f}", "start"))
    title = f"Requests a second, {figures['listings']:,} listings"
    return _svg(title, TOP - 10 + LINE * len(bars), parts)


def _legend(names: Sequence[str]) -> str:
    parts, x = [], 20.0
    for number, name in enumerate(names):
        parts.append(_mark(number, x, 44, name))
        parts.append(_text(x + 11, 48, name, "start", "small"))
        x += 34 + 6.6 * len(name)
    return "".join(parts)


def _mark(number: int, x: float, y: float, label: str) -> str:
    place = f'transform="translate({x:.1f} {y:.1f})" fill="{COLOURS[number]}"'
    return f'<path d="{SHAPES[number]}" {place}><title>{escape(label)}</title></path>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} class="{kind}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}"'
        f' role="img" aria-labelledby="title">\n<title id="title">{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n"
    )
    return head + "\n".join([_text(14, 22, title, "start", "title"), *parts]) + "\n</svg>\n"
