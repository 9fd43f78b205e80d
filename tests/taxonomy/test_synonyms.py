"""Synonyms: the files as they are, and every mistake that a file may hold."""

from pathlib import Path

import pytest

from listings.taxonomy import TaxonomyError, terms
from listings.taxonomy.files import ROOT
from listings.taxonomy.synonyms import MOST_WORDS, load_synonyms, synonyms, typed_words
from listings.values.text import fold

# Their labels say it; nobody types another word for them.
WITHOUT_SYNONYMS = {
    "alcohol-medication-elsewhere",
    "taper-only",
    "no-opioid-treatment",
    "up-front-payment",
    "family-only",
}


def write(folder: Path, text: str, name: str = "en.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_it_works() -> None:
    assert synonyms()["suboxone"] == {"buprenorphine"}
    assert "desintoxicacion" in synonyms()
    assert "созависимость" in synonyms()


def test_there_is_a_file_for_each_language_of_the_site() -> None:
    assert sorted(path.stem for path in (ROOT / "synonyms").glob("*.toml")) == ["en", "es", "ru"]


def test_phrases_are_folded_and_of_one_to_six_words() -> None:
    for phrase in synonyms():
        assert phrase == fold(phrase)
        assert 1 <= len(phrase.split()) <= MOST_WORDS


def test_every_code_is_a_term_and_nearly_every_term_has_synonyms() -> None:
    meant = frozenset().union(*synonyms().values())
    assert meant <= terms().keys()
    assert terms().keys() - meant == WITHOUT_SYNONYMS


@pytest.mark.parametrize("language", ["en", "es", "ru"])
def test_the_four_doors_are_found_in_every_language(language: str, tmp_path: Path) -> None:
    text = (ROOT / "synonyms" / f"{language}.toml").read_text(encoding="utf-8")
    alone = load_synonyms(write(tmp_path, text), terms().keys())
    meant = frozenset().union(*alone.phrases.values())
    assert {"detox", "inpatient", "outpatient", "family-support"} <= meant
    assert alone.small
    assert alone.general


def test_small_words_do_not_turn_the_meaning_round() -> None:
    assert not {"no", "not", "without", "sin", "не", "без", "нет"} & typed_words().small


# A method without good evidence is no term; a person who asks for it is answered with help.
@pytest.mark.parametrize("typed", ["кодирование", "кодировка"])
def test_coding_means_help_with_alcohol(typed: str) -> None:
    assert "alcohol" in synonyms()[typed]


def test_lists_of_one_phrase_are_joined(tmp_path: Path) -> None:
    write(tmp_path, '[terms]\none = ["Ábc, d"]\ntwo = ["abc d"]')
    write(tmp_path, '[[any_of]]\nterms = ["two", "three"]\nphrases = ["abc-d", "E"]', "es.toml")
    loaded = load_synonyms(tmp_path, {"one", "two", "three"})
    assert loaded.phrases == {"abc d": {"one", "two", "three"}, "e": {"two", "three"}}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[terms]\nthree = ["x"]', "en.toml: terms has the unknown term 'three'"),
        ('[terms]\none = "x"', "en.toml: terms needs one = a list of texts"),
        ('[terms]\none = ["x", "x"]', "names something twice in one"),
        ('[terms]\none = ["…"]', "write 1 to 6 words"),
        ('[terms]\none = ["a b c d e f g"]', "write 1 to 6 words"),
        ('small = ["two words"]', "has 'two words' in small; write one word"),
        ('general = ["two words"]', "has 'two words' in general; write one word"),
        ('terms = ["one"]', "en.toml: terms must be a table"),
        ('any_of = "one"', "en.toml needs any_of = tables"),
        ('[[any_of]]\nterms = ["zzz"]\nphrases = ["x"]', "any_of 1 has the unknown term 'zzz'"),
        ('[[any_of]]\nphrases = ["x"]', "any_of 1 needs terms = a list of codes"),
        ('[[any_of]]\nterms = ["one"]\nwords = ["x"]', "any_of 1 has the unknown key 'words'"),
        ("terns = 1", "en.toml has the unknown key 'terns'"),
        ("[terms", "en.toml: not valid TOML"),
    ],
)
def test_mistakes_are_refused(text: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError) as refused:
        load_synonyms(write(tmp_path, text), {"one", "two"})
    assert complaint in str(refused.value)
