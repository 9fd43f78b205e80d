"""Text of a page as people read it, and its Flesch–Kincaid grade (Kincaid and others, 1975)."""

import re
from html.parser import HTMLParser

SILENT = {"script", "style", "title", "head", "summary", "option"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "dd", "dt", "div", "legend", "label", "section", "ul", "tr"}
VOID = {"input", "br", "link", "meta", "img", "hr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent -= 1
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data.replace("\n", " "))


def visible_text(html: str) -> str:
    """The text of a page, one line for each block."""
    reader = _Reader()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def main_of(html: str) -> str:
    """What stands inside the main element."""
    return html[html.index("<main") : html.index("</main>")]


def sentences(text: str) -> list[str]:
    """Sentences of running text; headings and labels without a full stop do not count."""
    found = []
    for line in text.split("\n"):
        if line.rstrip().endswith((".", "?", "!", ":", "”")):
            found += re.split(r"(?<=[.?!:])\s+", line)
    return [sentence for sentence in found if re.search(r"[A-Za-z]{2}", sentence)]


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(1, groups)


def grade(text: str) -> float:
    """0.39 × words per sentence + 11.8 × syllables per word − 15.59."""
    parts = sentences(text)
    words = [word for part in parts for word in re.findall(r"[A-Za-z']+", part)]
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(parts) + 11.8 * per_word - 15.59
