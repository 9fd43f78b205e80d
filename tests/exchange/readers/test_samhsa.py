import csv
from collections import Counter

import pytest

from listings.exchange.readers import READERS
from listings.exchange.records import PhoneRecord, ReadError
from tests.exchange.readers.helpers import (
    FIXTURES,
    bad,
    out_of_scope,
    read_bytes,
    read_fixture,
    records,
    xlsx,
)


def test_it_reads_the_fixture():
    rows = read_fixture("samhsa", "samhsa.csv")
    first, second, third = records(rows)
    assert (first.row, first.name, first.second_name) == (2, "Example Harbour House", "North Site")
    assert (first.street, first.city, first.region) == (
        "12 North Main Street, Suite 4",
        "Hartford",
        "CT",
    )
    assert first.postcode == "06103"
    assert first.phones == (
        PhoneRecord("+18605550101", "", "main"),
        PhoneRecord("+18605550102", "", "intake"),
        PhoneRecord("+18605550102", "12", "intake"),
    )
    assert {"detox", "inpatient", "outpatient"} <= {c.term for c in first.claims if c.value}
    assert first.raw["zip"] == "6103"
    assert second.address_withheld
    assert second.street == ""
    assert second.phones[0].number == "+16035554673"
    assert third.unknown_codes == ("ZZZ",)
    assert third.notes == (
        "Telephone (intake) left out: “12” has too few or too many digits for a telephone number.",
    )
    assert out_of_scope(rows) == {4: "exact copy of line 3", 6: "not a facility row"}
    assert bad(rows) == {}


def test_same_name_street_and_zip_are_told_apart_by_telephone():
    _, second, third = records(read_fixture("samhsa", "samhsa.csv"))
    assert third.external_id == f"{second.external_id}-16035550111"
    plain = (FIXTURES / "samhsa.csv").read_text().replace("12 North Main Street", "12 N. MAIN ST.")
    again = records(read_bytes("samhsa", plain.encode()))
    before = records(read_fixture("samhsa", "samhsa.csv"))
    assert [record.external_id for record in again] == [record.external_id for record in before]


def test_mental_health_directory_keeps_addiction_treatment_only():
    with (FIXTURES / "samhsa_mental.csv").open("rb") as stream:
        reading = READERS["samhsa"](stream, name="mental")
        with_rows = list(reading.rows)
    assert reading.source.code == "samhsa-mental"
    assert [record.row for record in records(with_rows)] == [2]
    assert "line 2" in bad(with_rows)[3]
    assert "“99” is not a US ZIP code" in bad(with_rows)[6]
    assert out_of_scope(with_rows) == {
        4: "offers neither addiction treatment nor family education (mental-health directory)",
        5: "blank row",
    }


@pytest.mark.parametrize("codes", ["", "SA * OP", "QQQ RRR"])
def test_a_file_of_neither_directory_is_refused(codes):
    content = (
        "Name 1,street1,city,state,zip,phone,Service_Code_Info\n"
        f"Example,1 Elm Road,Ashland,NH,3217,603-555-0100,{codes}\n"
    )
    with pytest.raises(ReadError, match="do not tell whether"):
        read_bytes("samhsa", content.encode())


def test_wrong_columns_are_named():
    with pytest.raises(ReadError, match=r"lacks the columns street1, .* Columns found: name1, b\."):
        read_bytes("samhsa", b"name1,b\nx,y\n")


@pytest.mark.parametrize(
    ("file", "source", "kept", "left_out", "quarantined"),
    [
        ("national_directory_su.csv", "samhsa-substance", 2692, {"not a facility row": 1}, 0),
        (
            "national_directory_mh.csv",
            "samhsa-mental",
            1713,
            {
                "offers neither addiction treatment nor family education "
                "(mental-health directory)": 47
            },
            2,
        ),
    ],
)
def test_real_directory(shared_data, file, source, kept, left_out, quarantined):
    with (shared_data / "samhsa" / file).open("rb") as stream:
        reading = READERS["samhsa"](stream, name=file)
        rows = list(reading.rows)
    assert reading.source.code == source
    found = records(rows)
    assert len(found) == kept
    assert Counter(out_of_scope(rows).values()) == left_out
    assert len(bad(rows)) == quarantined
    assert len({record.external_id for record in found}) == kept
    assert all(record.phones and len(record.postcode) == 5 for record in found)
    assert not any(record.unknown_codes for record in found)


def test_real_harbour_light_is_two_listings(shared_data):
    with (shared_data / "samhsa" / "national_directory_su.csv").open("rb") as stream:
        rows = list(READERS["samhsa"](stream, name="su").rows)
    found = [r for r in records(rows) if r.street == "1710 Prospect Avenue"]
    assert len(found) == 2
    assert len({record.external_id for record in found}) == 2


def test_the_workbook_as_published():
    with (FIXTURES / "samhsa.csv").open(encoding="utf-8", newline="") as stream:
        sheet = [
            [int(cell) if cell.isdigit() else cell or None for cell in row]
            for row in csv.reader(stream)
        ]
    reference = [["Service Code", "Description"], ["SA", "Substance use treatment"]]
    from_book = read_bytes("samhsa", xlsx(sheet, reference))
    from_csv = read_fixture("samhsa", "samhsa.csv")
    assert [type(row) for row in from_book] == [type(row) for row in from_csv]
    assert [r.external_id for r in records(from_book)] == [r.external_id for r in records(from_csv)]
    assert records(from_book)[0].postcode == "06103"
