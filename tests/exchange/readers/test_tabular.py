import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from listings.exchange.readers import workbook
from listings.exchange.readers.tabular import Column, needs_guard, read_table, unguard
from listings.exchange.records import ReadError
from tests.exchange.readers.helpers import xlsx

COLUMNS = (Column("name", required=True), Column("service_code"))


def read(content, columns=COLUMNS):
    table = read_table(io.BytesIO(content), name="file", columns=columns)
    return list(table.rows)


def cells(content):
    return [row.cells for row in read(content)]


def repacked(content, replace=None, extra=None):
    """The archive with parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, (replace or {}).get(entry.filename) or old.read(entry))
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "name,service_code\nÉlan,A B\n".encode(),
        "name,service_code\nÉlan,A B".encode("utf-8-sig"),
        "name,service_code\r\nÉlan,A B\r\n".encode("cp1252"),
        "name,service_code\rÉlan,A B\r".encode(),
        "name\tservice_code\nÉlan\tA B\n".encode("utf-16"),
        "\ufeffname;service_code\nÉlan;A B\n".encode("utf-16-be"),
        "A list of ours\n\nNAME;Service-Code\nÉlan;A B\n".encode(),
        '"name","service_code"\n"Élan","A B"\n'.encode(),
    ],
)
def test_encodings_line_ends_and_separators(content):
    assert cells(content)[0] == {"name": "Élan", "service_code": "A B"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "lacks the columns name. Columns found: none"),
        (b"a,b\n1,2\n", "lacks the columns name. Columns found: a, b"),
        (b"name,Name\n1,2\n", "names name twice"),
        (b"name\n\x81\n", "line 2 holds a byte it cannot have"),
        ("name\nx\n".encode("utf-16-le"), "full of NUL bytes"),
        ("name\nx\n".encode("utf-16") + b"x", "neither UTF-8 nor"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"%PDF-1.4", "is a PDF"),
        (b"\x1f\x8b\x08", "Unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1", "old or password-protected Excel"),
        (b"PK\x03\x04broken", "cannot be read as a workbook"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(content, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(content)


def test_lines_are_counted_as_editors_count_them():
    rows = read(b'name,service_code\n"two\nlines",A\n\nlast,B\n')
    assert [row.number for row in rows] == [2, 4, 5]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b'"' + b"x" * 10_000_000 + b'",A', "The row has more than 1,000,000 characters"),
        (b"x" * 200_000 + b",A", "The row has a cell of more than 131,072 characters"),
        (b'"' + b"x\n" * 700_000 + b'",A', "Lines 2 to 700002: the row has a cell of more"),
        (b'"a"b,A', "has text after a closing quote"),
        (b"a,b,c", "The row has 3 cells, the header 2"),
    ],
    ids=range(5),
)
def test_a_row_that_cannot_be_read_loses_no_other(line, sentence):
    first, last = read(b"name,service_code\n" + line + b"\nnext,B\n")
    assert sentence in first.problem
    assert (last.cells, last.problem) == ({"name": "next", "service_code": "B"}, "")


def test_a_quote_never_closed_says_where():
    (row,) = read(b'name,service_code\n"open,A\nnext,B\n')
    assert row.problem.startswith("Lines 2 to 3: the row opens a quote that is never closed.")


def test_a_giant_line_takes_little_memory():
    content = io.BytesIO(b"name\n" + b"x" * 50_000_000 + b"\nnext\n")
    tracemalloc.start()
    rows = list(read_table(content, name="file", columns=COLUMNS).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.cells for row in rows] == [{}, {"name": "next"}]
    assert peak < 20_000_000


def test_columns_of_their_own_are_kept_and_nul_goes():
    assert cells(b"Name,,Our note\n\0a\0,b,c\n") == [
        {"name": "a", "column 2": "b", "Our note": "c"}
    ]


@pytest.mark.parametrize(
    "text", ["=cmd()", "+44 20 5550 0100", "-5", "@x", "\t1", " =1", "\u00a0=1", "a\n=1", "'=1"]
)
def test_one_guard_is_stripped(text):
    assert needs_guard(text)
    assert unguard("'" + text) == text


@pytest.mark.parametrize("text", ["", "'", "'tis", "O'Fallon", "a=b", "12-5", "''"])
def test_other_apostrophes_stay(text):
    assert not needs_guard(text)
    assert unguard(text) == text


def test_workbook():
    content = xlsx(
        [["Code", "Label"], ["A", "b"]], [["Name", "Service Code"], ["House", 6103.0], [None]]
    )
    assert cells(content) == [{"name": "House", "service_code": "6103"}, {}]


def test_formulas_are_reported_not_calculated():
    (row,) = read(xlsx([["name", "service_code"], ["House", "=1+1"]]))
    assert row.cells["service_code"] == "=1+1"
    assert row.problem.startswith("Column 2 holds a formula, which is never calculated.")


def test_two_sheets_of_the_kind_are_refused():
    with pytest.raises(ReadError, match="2 such sheets"):
        read(xlsx([["name"]], [["name"]]))
    with pytest.raises(ReadError, match="sheet “Sheet”: the header lacks"):
        read(xlsx([["title"]]))


def test_columns_found_are_quoted_without_control_characters():
    with pytest.raises(ReadError) as caught:
        read('\x1b[31mred\x1b[0m,\u202eback,"two\nlines"\n1,2,3\n'.encode())
    assert "Columns found: [31mred[0m, back, two lines." in str(caught.value)


def test_workbook_limits(monkeypatch):
    content = xlsx([["name"], *[[f"House {number}"] for number in range(30)]])
    for limit, value, sentence in [
        ("MAX_COMPRESSED", 100, "bytes, more than 100"),
        ("MAX_ENTRIES", 3, "parts, more than 3"),
        ("MAX_UNPACKED", 1000, "unpacks to"),
        ("MAX_ROWS", 20, "sheet of more than 20 rows"),
        ("MAX_SMALL_PART", 100, "unusually large part"),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(workbook, limit, value)
            with pytest.raises(ReadError, match=sentence):
                read(content)


def bomb(unpacked=1_000_000_000):
    """A workbook whose sheet unpacks to a gigabyte of spaces."""
    content = xlsx([["name"], ["House"]])
    out = io.BytesIO(content)
    with (
        zipfile.ZipFile(out, "a", 8) as archive,
        archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=False) as part,
    ):
        for _ in range(unpacked // 1_000_000):
            part.write(b" " * 1_000_000)
    return out.getvalue()


@pytest.fixture(scope="module")
def gigabyte():
    return bomb()


def test_a_gigabyte_is_refused_at_once(gigabyte):
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(ReadError, match="unpacks to 1,000,"):
        read(gigabyte)
    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_bomb_by_ratio_is_refused():
    with pytest.raises(ReadError, match="over 100 times"):
        read(bomb(40_000_000))


def test_a_directory_that_lies_gives_no_more_than_it_promised():
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 3_000_000
    content = bytearray(repacked(xlsx([["name"]]), {"xl/worksheets/sheet1.xml": sheet}))
    true_size = struct.pack("<I", len(sheet))
    assert content.count(true_size) == 2
    lie = bytes(content).replace(true_size, struct.pack("<I", 900))
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(ReadError, match="cannot be read as a workbook"):
        read(lie)
    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "sheet",
    [
        b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData>'
        b"<row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>",
        b"<worksheet><sheetData><row r='1'>",
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        b"<sheetData><row r='x'><c r='!!'/></row></sheetData></worksheet>",
    ],
)
def test_entities_and_broken_xml_are_refused(sheet):
    with pytest.raises(ReadError, match="cannot be read as a workbook"):
        read(repacked(xlsx([["name"]]), {"xl/worksheets/sheet1.xml": sheet}))


def test_cells_far_out_cost_nothing():
    sheet = (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        b"<dimension ref='A1:XFD1048576'/><sheetData>"
        b"<row r='1'><c r='A1' t='inlineStr'><is><t>name</t></is></c></row>"
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"
    )
    with pytest.raises(ReadError, match="more than 50,000 rows"):
        read(repacked(xlsx([["name"]]), {"xl/worksheets/sheet1.xml": sheet}))


def test_too_many_parts_are_refused():
    parts = {f"xl/media/{number}.bin": b"" for number in range(300)}
    with pytest.raises(ReadError, match="parts, more than 200"):
        read(repacked(xlsx([["name"]]), extra=parts))
