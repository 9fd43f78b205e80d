import csv
import re
from datetime import date, time
from pathlib import Path

import pytest

from listings.exchange.readers.csv_template import COLUMNS, TEMPLATE
from listings.exchange.records import ReadError
from listings.taxonomy import Claim
from listings.values.geo import Point
from tests.exchange.readers.helpers import bad, out_of_scope, read_bytes, read_fixture, records

DOCUMENT = Path(__file__).parents[3] / "docs" / "csv_template.md"


def read_cells(**cells):
    cells = {"id": "x", "name": "Example", "phone": "860-555-0100", **cells}
    quoted = ('"' + text.replace('"', '""') + '"' for text in cells.values())
    return read_bytes("csv", f"{','.join(cells)}\n{','.join(quoted)}\n".encode())


def test_it_reads_the_fixture():
    rows = read_fixture("csv", "template.csv")
    house, circle, shelter = records(rows)
    assert house.external_id == "ex-1"
    assert (house.region, house.postcode, house.country) == ("CT", "06103", "US")
    assert house.point == Point(41.7658, -72.6734)
    assert house.claims == (
        Claim("detox", True),
        Claim("inpatient", True),
        Claim("medicaid", True),
        Claim("smoking-allowed", False),
        Claim("veterans", True, "dedicated"),
    )
    assert [(p.number, p.extension, p.role) for p in house.phones] == [
        ("+18605550101", "", "main"),
        ("+18605550104", "", "main"),
        ("+18605550102", "12", "intake"),
    ]
    assert house.opening_hours == "Mo-Fr 09:00-17:00; PH closed"
    assert house.checked_on == date(2026, 3, 31)
    assert len(circle.external_id) == 20
    online, hybrid = circle.meetings
    assert (online.weekday, online.start, online.duration_minutes) == (1, time(19), 60)
    assert (online.timezone, online.attendance) == ("America/New_York", "online")
    assert online.online_url == "https://meet.example.org/1"
    assert (hybrid.timezone, hybrid.attendance) == ("America/Chicago", "hybrid")
    assert shelter.address_withheld
    assert (shelter.street, shelter.point) == ("", None)
    assert bad(rows) == {
        6: "“outpatint” in “service_types” is no term of the taxonomy. Did you mean “outpatient”?",
        7: "Line 2 is the same listing (“ex-1”). Keep one.",
    }


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"name": " "}, "has no name"),
        ({"id": ""}, "Give an id, or both street and postcode"),
        ({"phone": ""}, "Nobody could check this row"),
        ({"phone": "12"}, "too few or too many digits"),
        ({"phone": "8" * 1000}, "too long for a telephone"),
        ({"website": "javascript:alert(1)"}, "must start with https"),
        ({"website": "https://a@b.example"}, "is not a web address"),
        ({"email": "x"}, "is not an e-mail address"),
        ({"country": "Atlantis"}, "two letters"),
        ({"postcode": "123456"}, "is not a US ZIP code"),
        ({"opening_hours": '"by appointment"'}, "open day and night"),
        ({"checked_on": "31/03/2026"}, "write it like 2026-03-31"),
        ({"checked_on": "2999-01-01"}, "lies in the future"),
        ({"language": "english please"}, "no language code"),
        ({"address_withheld": "maybe"}, "write yes or no"),
        ({"facts": "maybe:medicaid"}, "use no, accepts, dedicated or only"),
        ({"facts": "dedicated:medicaid"}, "has no degrees"),
        ({"facts": "medicaid; no:medicaid"}, "both yes and no"),
        ({"facts": "detox"}, "is no term"),
        ({"meetings": "mon"}, "has no time"),
        ({"meetings": "mon 19:00"}, "in-person, online or hybrid"),
        ({"meetings": "mon 25:00 online"}, "not a time of day"),
        ({"meetings": "xyz 19:00 online"}, "is not a weekday"),
        ({"meetings": "mon 19:00 online maybe"}, "“maybe” in meeting"),
        ({"name": "x" * 301}, "has 301 characters"),
    ],
)
def test_each_mistake_gets_a_sentence(cells, sentence):
    assert sentence in bad(read_cells(**cells))[2]


def test_impossible_coordinates_lose_only_the_point():
    (record,) = records(read_cells(latitude="91", longitude="0"))
    assert record.point is None
    assert "“91, 0” is no possible place" in record.notes[0]


def test_html_stays_text_and_controls_go():
    (record,) = records(read_cells(name="<script>alert(1)</script>\u202e\0\x07 House"))
    assert record.name == "<script>alert(1)</script> House"


def test_header_alone_and_blank_rows():
    assert read_bytes("csv", TEMPLATE.read_bytes()) == []
    rows = read_bytes("csv", TEMPLATE.read_bytes() + b",,,\r\n\r\n")
    assert list(out_of_scope(rows).values()) == ["blank row", "blank row"]
    with pytest.raises(ReadError, match="lacks the columns name"):
        read_bytes("csv", b"title\nx\n")


def test_template_and_document_name_every_column():
    names = [column.name for column in COLUMNS]
    with TEMPLATE.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == names
    assert re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.M) == names


def test_the_example_of_the_document_can_be_read():
    (block,) = re.findall(r"```csv\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    (record,) = read_bytes("csv", block.encode())
    assert record.claims
    assert record.meetings
