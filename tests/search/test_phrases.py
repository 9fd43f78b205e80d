"""What is typed into the word field: (typed, units) in three languages, and wild input."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.search.phrases import LONGEST_TYPED, MOST_TYPED_WORDS, Phrases, read_query
from listings.search.spelling import normal_form
from listings.taxonomy import terms
from listings.taxonomy.synonyms import MOST_WORDS, synonyms, typed_words
from listings.values.text import fold

PHRASES = Phrases(synonyms(), {code: [term.label] for code, term in terms().items()})
FEW = Phrases(
    {
        "suboxone": frozenset({"buprenorphine"}),
        "halfway house": frozenset({"recovery-housing"}),
        "iop": frozenset({"intensive-outpatient"}),
    },
    {"free": ["Free", "Gratis"], "medical-cover-24-7": ["Doctor or nurse day and night"]},
)


def read(typed: str) -> list[str]:
    """The units as words, those with codes in brackets."""
    return [
        f"[{' '.join(unit.words)}]" if unit.codes else " ".join(unit.words)
        for unit in read_query(typed, PHRASES)
    ]


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("", []),
        ("   …!", []),
        ("detox", ["[detox]"]),
        ("Rehab near me", ["[rehab]"]),
        ("hope house", ["hope", "house"]),
        ("Hartford Dispensary", ["hartford", "dispensary"]),
        ("12-step", ["[12 step]"]),
        ("24/7", ["[24 7]"]),
        ("A.A. meetings", ["[a a]", "[meetings]"]),
        # The longest phrase counts.
        ("methadone clinics near me", ["[methadone clinics]"]),
        ("alcohol detox in spanish", ["[alcohol detox]", "[spanish]"]),
        ("halfway houses for women", ["[halfway houses]", "[women]"]),
        ("free rehab, no insurance", ["[free]", "[rehab]", "[no insurance]"]),
        ("smoke-free detox", ["[smoke free]", "[detox]"]),
        # Small words inside a known phrase are skipped; those that make the phrase stay.
        ("detox from the alcohol", ["[detox alcohol]"]),
        ("in person", ["[in person]"]),
        ("person", ["person"]),
        # Small words alone are all there is to look for.
        ("in the", ["in", "the"]),
        # General words say nothing beside a phrase that says more.
        ("women's treatment center", ["[womens]"]),
        ("treatment for pregnant women", ["[pregnant women]"]),
        ("drug program", ["[drug program]"]),
        ("drug program for teens", ["[teens]"]),
        ("hope recovery center detox", ["hope", "[detox]"]),
        ("new beginnings treatment", ["new", "beginnings", "treatment"]),
        ("help", ["help"]),
        # Other spellings of a phrase.
        ("couples counseling", ["[couples counseling]"]),
        ("couple counselling", ["[couple counselling]"]),
        ("alanon", ["[alanon]"]),
        # Spanish.
        ("centro de desintoxicación gratis", ["[desintoxicacion]", "[gratis]"]),
        ("quiero dejar de beber", ["[dejar beber]"]),
        ("grupos para familiares", ["[grupos]", "[familiares]"]),
        ("metadona", ["[metadona]"]),
        # Russian, in whichever case.
        ("вывод из запоя на дому", ["[вывод запоя дому]"]),
        ("группа анонимных алкоголиков", ["[группа]", "[анонимных алкоголиков]"]),
        ("метадоновая клиника рядом со мной", ["[метадоновая]"]),
        ("лечение алкоголизма бесплатно", ["[лечение алкоголизма]", "[бесплатно]"]),
        # There is no query language.
        ('detox OR NOT "x" AND NEAR(z*) %_\\', ["[detox]", "not", "x", "z"]),
    ],
)
def test_read_query(typed: str, units: list[str]) -> None:
    assert read(typed) == units


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("suboxone", {"buprenorphine"}),
        ("rehab", {"inpatient", "intensive-outpatient", "day-programme"}),
        ("narcan", {"naloxone-available", "naloxone-education"}),
        ("halfway house", {"recovery-housing"}),
        ("php", {"day-programme"}),
        ("drug addict help", {"detox", "inpatient", "outpatient"}),
        ("al-anon meetings", {"al-anon"}),
        ("al-anón", {"al-anon"}),
        ("детокс", {"detox"}),
        ("созависимость", {"coda", "al-anon", "family-support"}),
        ("Doctor or nurse day and night", {"medical-cover-24-7"}),
        ("hartford", set()),
    ],
)
def test_codes_of_one_phrase(typed: str, codes: set[str]) -> None:
    (unit,) = read_query(typed, PHRASES)
    assert unit.codes == codes


def test_every_label_of_up_to_six_words_is_a_phrase() -> None:
    for code, term in terms().items():
        words = fold(term.label).split()
        assert (code in PHRASES.codes(words)) == (len(words) <= MOST_WORDS), term.label


def test_labels_and_synonyms_of_one_phrase_are_joined() -> None:
    both = Phrases({"free": frozenset({"sliding-scale"})}, {"free": ["FREE!"]})
    assert both.codes(["free"]) == {"free", "sliding-scale"}


def test_longer_labels_are_no_phrases() -> None:
    long = Phrases({}, {"a": ["one two three four five six seven"], "b": ["…"]})
    units = read_query("one two three four five six seven", long)
    assert not any(unit.codes for unit in units)


@pytest.mark.parametrize(
    ("typed", "similar"),
    [
        ("suboxne", ["suboxone"]),
        ("subxoone", ["suboxone"]),
        ("suboxnoe", ["suboxone"]),
        ("halfwya huose", ["halfway house"]),
        ("fre", []),
        ("frea", ["free"]),
        ("xyzzyqwert", []),
        ("", []),
    ],
)
def test_similar(typed: str, similar: list[str]) -> None:
    assert FEW.similar(typed) == similar


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("methdone", "methadone"),
        ("detxo", "detox"),
        ("desintoxicasion", "desintoxicacion"),
        ("методон", "метадон"),
        ("halfway huose", "halfway house"),
    ],
)
def test_similar_among_all_phrases(typed: str, first: str) -> None:
    assert PHRASES.similar(typed)[0] == first


def test_no_small_word_is_a_phrase() -> None:
    assert not [word for word in typed_words().small if PHRASES.codes([word])]


def test_no_two_words_of_different_meaning_become_one() -> None:
    """Rough forms must not join phrases whose terms have nothing in common."""
    codes: dict[tuple[str, ...], frozenset[str]] = {}
    for phrase, meant in synonyms().items():
        key = tuple(map(normal_form, phrase.split()))
        before = codes.setdefault(key, meant)
        assert before & meant, (phrase, before, meant)


WILD = st.text() | st.text("aе'\"*%()^:-\x00\u202e\u200b\ud800 ﷺİß한\n", max_size=300)


@given(WILD)
def test_any_text_is_data(typed: str) -> None:
    units = read_query(typed, PHRASES)
    words = [word for unit in units for word in unit.words]
    assert len(words) <= MOST_TYPED_WORDS
    for word in words:
        assert word == fold(word)
        assert word
        assert " " not in word
        PHRASES.similar(word)


@given(WILD)
def test_case_and_punctuation_do_not_matter(typed: str) -> None:
    short = typed[: LONGEST_TYPED // 2]
    assert read_query(f"«{short}»!", PHRASES) == read_query(short, PHRASES)


@pytest.mark.parametrize(
    "typed",
    [
        "detox " * 2_000_000,
        "x" * 10_000_000,
        "\u202e" * 10_000_000,
        "é" * 10_000_000,
        "ﷺ" * 10_000_000,
        "no health insurance " * 500_000,
    ],
    ids=["words", "one word", "bidi marks", "marks", "ligatures", "phrases"],
)
def test_ten_megabytes_cost_no_more_than_a_line(typed: str) -> None:
    took = []
    for _ in range(5):
        started = time.perf_counter()
        read_query(typed, PHRASES)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.005
