"""What a text means in a catalogue: (typed, units) with corrected and unknown words."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listings.models import Term
from listings.search.criteria import SearchCriteria
from listings.search.index import Changed, Index, Stamp
from listings.search.phrases import MOST_TYPED_WORDS
from listings.search.texts import Reading, read_text
from listings.search.vocabulary import Vocabulary, vocabulary
from listings.values.text import fold
from tests.factories import load_terms
from tests.search.rows import NOW, bits, index_of, listing_row

NAMES = [
    ("Harbour House", "Hartford", ()),
    ("Hope Recovery Center", "Meriden", ("outpatient",)),
    ("Clínica Esperanza", "Meriden", ("buprenorphine",)),
    ("Центр «Надежда»", "Harford", ("detox", "inpatient")),
    ("Buprenorphine Naturopaths", "Avon", ()),
]


@pytest.fixture
def words(db: None) -> Vocabulary:
    load_terms()
    return vocabulary()


@pytest.fixture
def index(words: Vocabulary) -> Index:
    """The first two listings in the large segment, the others in a small one."""
    rows = [
        listing_row(
            number, name=name, city=city, yes=bits(*(words.bits[code][1] for code in codes))
        )
        for number, (name, city, codes) in enumerate(NAMES, start=1)
    ]
    changes = [Changed(row.pk, row) for row in rows[2:]]
    return index_of(rows[:2]).with_changes(Stamp("test", 2), changes)


def shown(reading: Reading) -> list[str]:
    """The units: those with terms in brackets, the beginnings of words with a star."""
    return [
        (f"[{' '.join(unit.words)}]" if unit.codes else " ".join(unit.words))
        + ("*" if unit.begins else "")
        for unit in reading.units
    ]


@pytest.mark.parametrize(
    ("typed", "units", "corrected", "unknown"),
    [
        ("", [], {}, []),
        ("  \t", [], {}, []),
        ("!!! …", [], {}, []),
        ("hope", ["hope*"], {}, []),
        ("HOPE, center", ["hope", "center*"], {}, []),
        ("detox in Meriden", ["[detox]", "meriden*"], {}, []),
        # The last word may be the beginning of a longer one; two letters are not.
        ("mer", ["mer*"], {}, []),
        ("ho", ["ho"], {}, ["ho"]),
        ("esper clin", ["esper*", "clin*"], {}, []),
        # One that is not yet typed to its end means the whole.
        ("buprenorphin", ["[buprenorphin]*"], {}, []),
        # A misspelt word is taken for the likeliest that somebody has, or that means something.
        ("harbuor", ["harbour*"], {"harbuor": "harbour"}, []),
        ("hope merideen", ["hope", "meriden*"], {"merideen": "meriden"}, []),
        ("suboxne", ["[suboxone]"], {"suboxne": "suboxone"}, []),
        ("hoep recvoery", ["hope", "recovery*"], {"hoep": "hope", "recvoery": "recovery"}, []),
        ("надежла", ["надежда*"], {"надежла": "надежда"}, []),
        ("hartfort", ["hartford*"], {"hartfort": "hartford"}, []),
        # What nobody has does not hide what somebody has.
        ("xyzzyqwv", ["xyzzyqwv*"], {}, ["xyzzyqwv"]),
        ("xyzzyqwv hope", ["hope*"], {}, ["xyzzyqwv"]),
        ("methadone hope", ["hope*"], {}, ["methadone"]),
        ("methadone", ["[methadone]"], {}, ["methadone"]),
        ("qqqq wwww", ["qqqq*", "wwww*"], {}, ["qqqq", "wwww"]),
    ],
)
def test_read_text(
    index: Index,
    words: Vocabulary,
    typed: str,
    units: list[str],
    corrected: dict[str, str],
    unknown: list[str],
) -> None:
    reading = read_text(typed, index, words)
    assert shown(reading) == units
    assert dict(reading.corrected) == corrected
    assert list(reading.unknown) == unknown


wild = st.text() | st.text("aeho HOPE-'\"*%()\x00\u202e\ud800 ﷺßчн", max_size=300)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=wild)
@example(typed="ﷺ" * 200)
@example(typed="hoep " * 50)
def test_any_text_can_be_read_and_searched(index: Index, words: Vocabulary, typed: str) -> None:
    reading = read_text(typed, index, words)
    sought = [word for unit in reading.units for word in unit.words]
    assert all(word == fold(word) != "" for word in (*sought, *reading.unknown))
    assert not any(index.has_word(word) for word, _ in reading.corrected)
    assert len(reading.units) <= MOST_TYPED_WORDS + len(reading.corrected)
    total = index.total(SearchCriteria(older=True), words.bits, NOW, reading.units)
    assert 0 <= total <= len(NAMES)


def test_every_listing_is_found_by_its_own_name(index: Index, words: Vocabulary) -> None:
    for number, (name, city, _codes) in enumerate(NAMES, start=1):
        for typed in (name, name.upper(), f"{name}, {city}", fold(name), name[:-1]):
            units = read_text(typed, index, words).units
            found = index.answer(SearchCriteria(older=True), words.bits, NOW, units).found
            assert [one.pk for one in found] == [number], typed


def test_terms_that_may_not_be_filtered_by_are_not_searched_for(
    index: Index, words: Vocabulary
) -> None:
    assert shown(read_text("detox", index, words)) == ["[detox]"]
    Term.objects.filter(code="detox").update(filterable=False)
    later = vocabulary(Stamp("test", 3))
    assert not any("detox" in unit.codes for unit in read_text("detox", index, later).units)
