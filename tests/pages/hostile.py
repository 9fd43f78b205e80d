"""What attackers, robots and broken programs put into the addresses of result pages."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from hypothesis import strategies as st

from listings.search.criteria import MAY_BE_NOT_KNOWN, TIMES
from listings.search.order import SORTS
from listings.taxonomy import facets, terms

FACETS = list(facets())
CODES = [(term.facet, code) for code, term in terms().items()]
PROGRAMMES = [("programme", code) for facet, code in CODES if facet == "population"]
KNOWN = [("known", facet) for facet in (*FACETS, *MAY_BE_NOT_KNOWN) if facet != "type"]
CLOCK = [(name, value) for name, values in TIMES.items() for value in values]
CHOICES = [*CODES, *PROGRAMMES, *KNOWN, *CLOCK]
ONE_VALUE = ["within", "older", "sort", "page", "q"]
NAMES = [*FACETS, "programme", "known", *TIMES, *ONE_VALUE]

Pairs = list[tuple[str, str]]

MARKUP = [
    "<zz yy=1>", "\" yy=1 z='", "' yy=1 ", "</option></select><zz>", "--><zz>", "{{ zz }}{% zz %}",
    "<script>zz</script>", "&lt;zz&gt;", "javascript:zz", "%(zz)s %s %d {0}", "\\u003czz\\u003e",
    "//zz.example", "https://zz.example",
]  # fmt: skip
NASTY = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufeff", "\u202ezz\u202d", "\u2028", "%",
    "-1", "0", "00", "1e400", "-1e400", "1e-320", "nan", "inf", "٢٥", "1_0", "0x10", "²", "9" * 400,
    "25.0000001", "-" * 200, "(a+)+$" * 30, "a" * 5_000, "ﷺ" * 200, "e" + "\u0301" * 199, "ΑаAа",
    "a b c d e f g h i j k l m n", "🙂" * 100, "' OR 1=1 --", 'NEAR("x"*) AND NOT', "../" * 40,
    "hope*", "-hope", "[]", "[detox]", '{"$gt": ""}', "\r\nSet-Cookie: a=b", "true", "None", "%%",
]  # fmt: skip

anything = st.text(st.characters(codec=None), max_size=40)
hostile = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from(MARKUP),
    st.builds(str.__add__, anything, st.sampled_from(MARKUP)),
    anything,
    st.integers().map(str),
    st.floats().map(str),
)
understood = st.one_of(
    st.sampled_from(CHOICES),
    st.tuples(st.just("sort"), st.sampled_from(SORTS)),
    st.tuples(st.just("within"), st.sampled_from(["25", "25.0000001", "25.0", "2.5e1", "26"])),
    st.tuples(st.just("page"), st.sampled_from(["1", "01", "2", "20", "999"])),
    st.tuples(st.just("older"), st.sampled_from(["0", "1"])),
    st.tuples(st.just("q"), st.sampled_from(["harbour", "detox", "надежда", "esperanzza", "zz"])),
)
other_names = st.sampled_from(["", "type[]", "type[0]", "TYPE", "utm_source", "é", "\x00", "<zz>"])
pairs = st.lists(understood | st.tuples(st.sampled_from(NAMES) | other_names, hostile), max_size=8)
garbage = st.text("%&=+;?#aA0Ef<>\"'\\ \t", max_size=60)


def encoded(given: Pairs) -> str:
    """As a browser sends it, and lone surrogates as nobody should."""
    return urlencode(given, errors="surrogatepass")


def ask(visitor: Client, address: str, query: str, **extra: str) -> Any:
    """Send the query as it is, without what a client would make of it."""
    return visitor.get(address, QUERY_STRING=query, **extra)


class Shape(HTMLParser):
    """What a page is made of: names of elements and attributes, and links to other sites."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts |= {tag, *(f"@{name}" for name, _ in attrs)}
        for name, value in attrs:
            ours = value and value.startswith(("/", "#", "tel:")) and not value.startswith("//")
            if name in {"href", "action", "src"} and not ours:
                self.parts.add(f"link to {value}")

    def handle_decl(self, decl: str) -> None:
        self.parts.add(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self.parts.add("comment")
