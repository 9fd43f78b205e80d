"""How long words take to index and to find: `python -m tests.benchmarks.text --rows 1000000`.

The same made-up names go into SQLite's FTS5, in memory and without positions, which is its fastest
form. Both sides answer with the set of all rows that match, since filters and counts need them all.
"""

import argparse
import lzma
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from listings.search.numbering import Numbers
from listings.search.phrases import Phrases, read_query
from listings.search.word_building import TextColumn, build_words
from listings.search.words import Words
from listings.taxonomy import terms
from listings.taxonomy.synonyms import synonyms

GAZETTEER = Path(__file__).parents[2] / "listings/geocoding/data/gazetteer.tsv.xz"
BEST_OF = 5
DISTINCT = 200_000
COMMON = """Center Recovery Health Services Treatment Counseling House Behavioral Community Clinic
Hope New Life Family Addiction Program Outpatient Associates County Inc""".split()  # noqa: SIM905
QUERIES = ("center", "recovery", "hartford", "recovery center", "new hope center", "re*", "cent*")
MISSPELT = ("recovry", "cuonseling", "behavoral", "hartfrod", "springfeild", "montgomrey")
TYPED = ("detox", "methadone clinic near me", "halfway house for women no insurance", "x" * 10**7)


def names(rows: int) -> list[str]:
    """Made-up names: five words, of which one is rarer, a provider of two words and a town.

    Rarer words are drawn by Zipf's law, as the words of real names are: half of all words of
    SAMHSA's directories are among their hundred most frequent.
    """
    chance = random.Random(1)
    with lzma.open(GAZETTEER, "rt", encoding="utf-8") as lines:
        towns = [line.split("\t")[2] for line in lines if line.startswith("town\t")]
    chance.shuffle(towns)
    halves = [town.split()[0] for town in towns if town.isascii() and len(town) > 5]
    rarer = [
        f"{chance.choice(halves)[:4]}{chance.choice(halves)[-4:].lower()}" for _ in range(DISTINCT)
    ]

    def drawn(words: list[str]) -> str:
        return words[int(len(words) ** chance.random()) - 1]

    return [
        f"{' '.join(chance.sample(COMMON, 4))} {drawn(rarer)}"
        f" {drawn(rarer)} {chance.choice(COMMON)} {drawn(towns)}"
        for _ in range(rows)
    ]


def best(call: Callable[[], object], times: int = BEST_OF) -> float:
    """Milliseconds of the quickest call."""
    quickest = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        call()
        quickest = min(quickest, time.perf_counter() - started)
    return quickest * 1000


def ours(words: Words, query: str, rows: int) -> NDArray[np.bool_]:
    """The rows that have every word."""
    found = np.ones(rows, np.bool_)
    for word in query.split():
        have = np.zeros(rows, np.bool_)
        have[words.rows(word.removesuffix("*"), prefix=word.endswith("*"))] = True
        found &= have
    return found


def fts5(texts: list[str]) -> sqlite3.Connection:
    """The texts in an FTS5 table without content."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE names USING fts5 (text, content='', detail=none, prefix='2 3')"
    )
    database.executemany("INSERT INTO names (rowid, text) VALUES (?, ?)", enumerate(texts))
    database.execute("INSERT INTO names (names) VALUES ('optimize')")
    return database


def main() -> None:
    """Measure building, finding, forgiving and reading, side by side where both can."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    rows = options.parse_args().rows
    texts = names(rows)

    numbers = Numbers[str]()
    of_row = numbers.of(texts)
    column = TextColumn(list(numbers), of_row)
    took = best(lambda: build_words(column), 3)
    arrays = build_words(column)
    words = Words(**arrays)
    size = sum(array.nbytes for array in arrays.values()) / 1e6
    print(f"ours  built in {took / 1000:6.2f} s, {size:.1f} MB, {len(words):,} distinct words")
    started = time.perf_counter()
    database = fts5(texts)
    took = time.perf_counter() - started
    pages = [
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    ]
    print(f"FTS5  built in {took:6.2f} s, {pages[0] * pages[1] / 1e6:.1f} MB")

    select = "SELECT rowid FROM names WHERE names MATCH ?"
    for query in QUERIES:
        here = best(lambda query=query: ours(words, query, rows))
        there = best(lambda query=query: database.execute(select, [query]).fetchall())
        found = int(ours(words, query, rows).sum())
        also = len(database.execute(select, [query]).fetchall())
        print(
            f"{query:16} ours {here:7.2f} ms {found:8,} rows   FTS5 {there:7.2f} ms {also:8,} rows"
        )
    started = time.perf_counter()
    words.similar("helper")
    print(f"first similar() {(time.perf_counter() - started) * 1000:.1f} ms")
    for word in MISSPELT:
        took = best(lambda word=word: words.similar(word))
        print(f"{word:18} {took:7.2f} ms   {' '.join(words.similar(word))}")
    phrases = Phrases(synonyms(), {code: [term.label] for code, term in terms().items()})
    for typed in TYPED:
        took = best(lambda typed=typed: read_query(typed, phrases))
        print(f"read_query {typed[:40]!r:44} {took:6.3f} ms")


if __name__ == "__main__":
    main()
