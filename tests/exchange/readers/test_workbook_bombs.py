"""Workbooks made to fill the memory, each read in a process of its own."""

import base64
import io
import os
import subprocess
import sys
import zipfile

import pytest

from listings.exchange.readers import workbook_parts
from listings.exchange.readers.workbook import read_sheets
from listings.exchange.records import ReadError
from tests.exchange.readers.helpers import xlsx
from tests.exchange.readers.test_tabular import repacked

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
TEXTS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
# Bytes that do not shrink keep a part under a hundred times its packed size.
NOISE = b"<!--" + base64.b64encode(os.urandom(600_000)) + b"-->"

READ = """
import re, sys, time
from listings.exchange.readers.workbook import read_sheets
from listings.exchange.records import ReadError
# Unlike getrusage, this begins anew with the program.
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
before, started = peak(), time.perf_counter()
try:
    with open(sys.argv[1], "rb") as stream:
        for title, rows in read_sheets(stream, name="file"):
            list(rows)
except ReadError as error:
    print(error)
else:
    print("read")
print((peak() - before) // 1024, time.perf_counter() - started)
"""


def part(root, inside, noise=NOISE):
    return b"<%b %b %b>%b%b</%b>" % (root, MAIN, RELS, noise, inside, root)


def book(texts=None, **parts):
    """A workbook of one sheet, with parts replaced, and a table of texts if given."""
    names = {
        "sheet": SHEET,
        "book": "xl/workbook.xml",
        "styles": "xl/styles.xml",
        "rels": "xl/_rels/workbook.xml.rels",
    }
    content = repacked(
        xlsx([["name"], ["House"]]), {names[key]: data for key, data in parts.items()}
    )
    if texts is None:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read(TYPES).replace(b"</Types>", TEXTS_TYPE + b"</Types>")
    return repacked(content, {TYPES: types}, {TEXTS: texts})


def sheets(count):
    named = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, count + 1)
    )
    return part(b"workbook", b"<sheets>" + named + b"</sheets>", noise=b"")


BOMBS = {
    "nested": (
        lambda: book(sheet=b"<worksheet %b>" % MAIN + NOISE + b"<a>" * 15_000_000),
        "nested more than 20 deep",
    ),
    "siblings": (
        lambda: book(sheet=part(b"worksheet", b"<x/>" * 11_800_000)),
        "more than 20,000 XML elements outside",
    ),
    "texts": (
        lambda: book(texts=part(b"sst", b"<x/>" * 11_800_000)),
        "more than 20,000 XML elements outside",
    ),
    "empty texts": (
        lambda: book(texts=part(b"sst", b"<si/>" * 9_500_000)),
        "more than 300,000 different texts",
    ),
    "sheets": (lambda: book(book=sheets(20_000)), "has 20,000 sheets, more than 50"),
    "white space": (
        lambda: book(sheet=part(b"worksheet", b"\n" * 45_000_000)),
        "a row or text of more than 2,000,000 bytes",
    ),
    "one row": (
        lambda: book(sheet=part(b"worksheet", b"<row>" + b"<c/>" * 11_000_000 + b"</row>")),
        "a row or text of more than 50,000 XML elements",
    ),
    "another namespace": (
        lambda: book(sheet=part(b"worksheet", b'<row xmlns="x"/>' * 2_800_000)),
        "more than 20,000 XML elements outside",
    ),
    "long names": (
        lambda: book(
            sheet=part(b'worksheet xmlns:a="%b"' % (b"u" * 1_000_000), b"<a:b/>" * 20_000)
        ),
        "namespace of more than 500",
    ),
}


def measured(tmp_path, content):
    """What reading says, and the megabytes and seconds it takes."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READ, path], capture_output=True, text=True, timeout=120, check=True
    )
    *said, figures = done.stdout.splitlines()
    megabytes, seconds = figures.split()
    return "\n".join(said), int(megabytes), float(seconds)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_memory(tmp_path, bomb):
    make, sentence = BOMBS[bomb]
    said, megabytes, seconds = measured(tmp_path, make())
    assert sentence in said
    assert said.endswith("Save the sheet as “CSV UTF-8” and import that.")
    assert megabytes < 100
    assert seconds < 5


def refusal(content):
    with pytest.raises(ReadError) as caught:
        next(read_sheets(io.BytesIO(content), name="file"))
    return str(caught.value)


def relation(target, kind):
    return b'<Relationship Id="rId1" Target="%b" Type="%b"/>' % (target, TYPE + kind)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"styles": part(b"styleSheet", b"<x/>" * 100_001)}, "more than 100,000 XML elements"),
        ({"styles": part(b"styleSheet", b"<a>" * 60, b"")}, "nested more than 50 deep"),
        ({"book": b"<!DOCTYPE w><workbook/>"}, "declares XML entities or a document type"),
        (
            {
                "sheet": part(
                    b"worksheet", b"<x %b/>" % b" ".join(b'a%d=""' % n for n in range(101))
                )
            },
            "more than 100 attributes",
        ),
        ({"sheet": part(b"worksheet", b"<row/>" * 50_001)}, "a sheet of more than 50,000 rows"),
        (
            {"rels": part(b"Relationships", relation(b"worksheets/sheet1.xml", b"chartsheet"))},
            "declares xl/worksheets/sheet1.xml to be something else",
        ),
        (
            {"rels": part(b"Relationships", relation(b"/xl/sharedStrings.xml", b"worksheet"))},
            "declares xl/sharedStrings.xml to be something else",
        ),
        (
            {"rels": part(b"Relationships", relation(b"a/../sharedStrings.xml", b"sharedStrings"))},
            "names its table of texts as a sheet",
        ),
    ],
    ids=range(8),
)
def test_parts_beyond_a_limit_are_refused(parts, sentence):
    assert sentence in refusal(book(**parts))


def test_a_part_of_many_elements_in_its_rows_is_refused(monkeypatch):
    monkeypatch.setattr(workbook_parts, "MAX_ELEMENTS", 50)
    assert "more than 50 XML elements" in refusal(xlsx([["name"], *[["House"]] * 30]))


def test_parts_packed_in_another_way_are_refused():
    content = xlsx([["name"]]).replace(b"\x08\x00", b"\x0e\x00")
    assert "packed in a way that workbooks never are" in refusal(content)
