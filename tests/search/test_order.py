"""The order of results: one pure function, moved by nothing but what it documents."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.models import Listing
from listings.search.matching import Row, sort_key

TODAY = dt.date(2026, 11, 22)


def row(**parts: object) -> Row:
    values: dict[str, object] = {
        "pk": 1, "public_id": uuid.UUID(int=1), "miles": 5.0, "unverified": False, "name": "A",
        "checked_on": TODAY, "yes": 0, "no": 0, "dedicated": 0, "only": 0,
    }  # fmt: skip
    return Row(**{**values, **parts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((row(miles=9), True), (row(miles=1), False), id="known before not known"),
        pytest.param((row(miles=1), True), (row(miles=2), True), id="nearer first"),
        pytest.param((row(), True), (row(unverified=True), True), id="verified first"),
        pytest.param(
            (row(), False), (row(unverified=True), True), id="verified before all choices known"
        ),
        pytest.param(
            (row(checked_on=TODAY), True),
            (row(checked_on=TODAY - dt.timedelta(days=1)), True),
            id="checked later first",
        ),
        pytest.param((row(), True), (row(checked_on=None), True), id="never checked last"),
        pytest.param((row(miles=400), True), (row(miles=None), True), id="no distance last"),
    ],
)
def test_best_first(first: tuple[Row, bool], second: tuple[Row, bool]) -> None:
    assert sort_key(*first, "best") < sort_key(*second, "best")


@given(st.text(max_size=20), st.integers(1, 2**60), st.integers(0, 2**320 - 1), st.integers(0, 9))
def test_nothing_else_moves_a_listing(name: str, pk: int, bits: int, other: int) -> None:
    plain = row()
    dressed = row(name=name, pk=pk, yes=bits, no=~bits & (2**320 - 1), dedicated=other)
    assert sort_key(plain, True, "best") == sort_key(dressed, True, "best")


def test_no_field_for_sponsors_exists() -> None:
    names = " ".join(field.name for field in Listing._meta.get_fields()).lower()
    assert not any(word in names for word in ("sponsor", "featured", "paid", "boost", "rank"))
