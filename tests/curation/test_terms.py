"""Loading the taxonomy: files rule over code, facet and bit; curators over what people read."""

import dataclasses

import pytest

from listings.curation import actions
from listings.curation import terms as loading
from listings.models import Catalogue, Term
from listings.taxonomy import TermSpec, terms


@pytest.fixture
def loaded(db: None) -> None:
    loading.load_terms()


def test_loading_twice_changes_nothing(loaded: None) -> None:
    before = Catalogue.objects.current().version
    assert loading.load_terms() == (0, 0, len(terms()))
    assert Catalogue.objects.current().version == before


def test_a_curators_overlay_stays(loaded: None) -> None:
    Term.objects.filter(code="detox").update(label_override="Withdrawal help", label="stale")
    loading.load_terms()
    term = Term.objects.get(code="detox")
    assert (term.label, term.shown_label) == (terms()["detox"].label, "Withdrawal help")


def changed(monkeypatch: pytest.MonkeyPatch, **specs: TermSpec | None) -> None:
    files = {**terms(), **{name.replace("_", "-"): spec for name, spec in specs.items()}}
    kept = {code: spec for code, spec in files.items() if spec}
    monkeypatch.setattr(loading, "terms", lambda: kept)


def test_a_term_that_left_the_files_is_retired_and_keeps_its_bit(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bit = terms()["free"].bit
    changed(monkeypatch, free=None)
    loading.load_terms()
    assert Term.objects.get(code="free").retired
    new = dataclasses.replace(terms()["medicaid"], code="brand-new", bit=bit)
    changed(monkeypatch, free=None, brand_new=new)
    with pytest.raises(actions.Refused, match="never given twice"):
        loading.load_terms()


def test_a_term_never_gets_another_bit(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, medicaid=dataclasses.replace(terms()["medicaid"], bit=319))
    with pytest.raises(actions.Refused, match="new code a new bit"):
        loading.load_terms()
