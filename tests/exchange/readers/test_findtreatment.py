import io
import json

import pytest

from listings.exchange.readers import READERS, findtreatment
from listings.exchange.records import ReadError
from listings.values.geo import Point
from tests.exchange.readers.helpers import (
    FIXTURES,
    bad,
    out_of_scope,
    read_bytes,
    read_fixture,
    records,
)


def test_it_reads_the_fixture():
    rows = read_fixture("findtreatment", "findtreatment.json")
    first, second = records(rows)
    assert (first.row, first.external_id) == (1, "frid-one")
    assert first.point == Point(41.7658, -72.6734)
    assert first.website == "https://harbour.example.org"
    assert [(phone.number, phone.role) for phone in first.phones] == [
        ("+18605550101", "main"),
        ("+18605550102", "intake"),
        ("+18605550103", "hotline"),
    ]
    assert {"detox", "outpatient"} <= {c.term for c in first.claims if c.value}
    assert second.point is None
    assert second.website == ""
    assert second.postcode == "03217"
    assert len(second.external_id) == 20
    assert len(second.notes) == 3
    assert list(out_of_scope(rows)) == [3]
    assert list(bad(rows)) == [4, 5]


def test_real_page(shared_data):
    path = shared_data / "findtreatment" / "exportsAsJson.json"
    rows = read_bytes("findtreatment", path.read_bytes())
    assert len(rows) == 12
    assert len(records(rows)) == 10
    assert len(out_of_scope(rows)) == 2
    assert all(record.point and record.website for record in records(rows))


def page(number, total, *ids):
    rows = [{"frid": i, "name1": "Example", "typeFacility": "SA", "services": []} for i in ids]
    return json.dumps({"page": number, "totalPages": total, "rows": rows}).encode()


def test_pages_are_fetched_as_they_are_needed():
    asked = []

    def fetch(number):
        asked.append(number)
        return page(number, 3, f"a{number}", f"b{number}")

    rows = findtreatment.read_pages(fetch, name="api").rows
    next(rows)
    assert asked == [1]
    assert [record.row for record in records(rows)] == [2, 3, 4, 5, 6]
    assert asked == [1, 2, 3]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([page(1, 3, "a"), page(1, 3, "a")], "page 2: the server sent page 1"),
        ([page(1, 3, "a"), b"<html>busy</html>"], "page 2 is a web page"),
        ([page(1, 10**9, "a")], "totalPages is 1000000000"),
        ([page(1, "many", "a")], "totalPages is 'many'"),
    ],
)
def test_pages_that_are_wrong_stop_the_reading(answers, message):
    reading = findtreatment.read_pages(lambda number: answers[number - 1], name="api")
    with pytest.raises(ReadError, match=message):
        list(reading.rows)


def test_page_url_replaces_the_page():
    url = "https://x.example.org/export?sAddr=1&page=4"
    assert findtreatment.page_url(url, 5) == "https://x.example.org/export?sAddr=1&page=5"


def test_json_cut_off_says_where():
    content = (FIXTURES / "findtreatment.json").read_bytes()[:700]
    with pytest.raises(ReadError, match=r"is cut off: .* line 3, column \d+ .* Download it again"):
        read_bytes("findtreatment", content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"[]", "no list “rows” \\(found: list\\)"),
        (b'{"rows": 3}', "found: rows"),
        (b'{"rows": [1,], "page": 1}', "is not valid JSON: .* at line 1"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"rows": [' + b"[" * 60 + b"]" * 60 + b"]}", "nested too deeply"),
        (b'{"rows": [' + b"9" * 5000 + b"]}", "a number too long"),
        (b" <html>", "is a web page"),
    ],
    ids=range(8),
)
def test_other_json_gets_a_sentence(content, message):
    with pytest.raises(ReadError, match=message):
        read_bytes("findtreatment", content)


def test_texts_and_numbers_can_be_stored():
    content = (
        b'{"rows": [{"name1": "A\\u0000\\ud800B", "miles": NaN, "x": 1e999, '
        b'"typeFacility": "SA", "services": []}]}'
    )
    (record,) = records(read_bytes("findtreatment", content))
    assert record.name == "AB"
    assert json.loads(json.dumps(record.raw, allow_nan=False)) == record.raw


def test_stream_is_left_open():
    stream = io.BytesIO((FIXTURES / "findtreatment.json").read_bytes())
    list(READERS["findtreatment"](stream, name="x").rows)
    assert not stream.closed
