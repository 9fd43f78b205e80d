"""No bytes may get anything out of a reader but rows or a ReadError."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings.exchange.readers import READERS, meeting_guide
from listings.exchange.records import BadRow, ListingRecord, OutOfScope, ReadError
from listings.values.hours import check_hours
from tests.exchange.readers.helpers import FIXTURES, xlsx

FILES = {
    "samhsa": ["samhsa.csv", "samhsa_mental.csv"],
    "findtreatment": ["findtreatment.json"],
    "meeting-guide": ["meeting_guide.json"],
    "csv": ["template.csv"],
}
SEEDS = [(reader, (FIXTURES / name).read_bytes()) for reader in FILES for name in FILES[reader]]
SEEDS.append(("csv", xlsx([["name", "id", "phone"], ["House", 1, "860-555-0100"]])))

fuzz = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def survives(reader, content):
    try:
        rows = list(READERS[reader](io.BytesIO(content), name="fuzz").rows)
    except ReadError:
        return
    for row in rows:
        assert isinstance(row, ListingRecord | BadRow | OutOfScope)
        assert row.row >= 1
        if isinstance(row, ListingRecord):
            assert row.name
            assert row.external_id
            json.dumps(row.raw, allow_nan=False).encode()


@pytest.mark.parametrize("reader", sorted(READERS))
@fuzz
@given(content=st.binary(max_size=400))
def test_random_bytes(reader, content):
    survives(reader, content)


@pytest.mark.parametrize(("reader", "seed"), SEEDS, ids=range(len(SEEDS)))
@fuzz
@given(data=st.data())
def test_mutated_files(reader, seed, data):
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        stop = start + data.draw(st.sampled_from([0, 1, 2, 40]))
        content[start:stop] = data.draw(st.binary(max_size=8))
    survives(reader, bytes(content))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1", "19:00", "ONL", "12 Elm Rd, Ashland, NH 03217, USA", "https://x.org"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("reader", "wrap", "keys"),
    [
        ("meeting-guide", lambda item: [item], "meeting_guide.json"),
        ("findtreatment", lambda item: {"rows": [item]}, "findtreatment.json"),
    ],
)
@fuzz
@given(data=st.data())
def test_values_of_any_kind_in_any_field(reader, wrap, keys, data):
    seed = json.loads((FIXTURES / keys).read_text())
    item = dict((seed["rows"] if isinstance(seed, dict) else seed)[0])
    item |= data.draw(st.dictionaries(st.sampled_from(sorted(item)), values))
    survives(reader, json.dumps(wrap(item)).encode())


CELLS = st.text(max_size=40) | st.sampled_from(
    ["mon 19:00 online", "detox", "no:x", "Mo-Fr 09:00-17:00", "2026-01-01", "1e5", "https://x.org"]
)


@fuzz
@given(cells=st.lists(CELLS, min_size=23, max_size=23))
def test_any_cells_in_the_template(cells):
    header = (FIXTURES / "template.csv").read_text().splitlines()[0]
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    survives("csv", f"{header}\n{line}\n".encode("utf-8", "replace"))


@fuzz
@given(text=st.text(alphabet='MoTuFr 0123456789:-;,|"[]()+openf/wekPH', max_size=40))
def test_any_opening_hours(text):
    try:
        found = check_hours(text)
    except ValueError:
        return
    assert check_hours(found) == found


def test_meeting_guide_survives_any_programme():
    with pytest.raises(ReadError):
        meeting_guide.read(io.BytesIO(b"[]"), name="x", programme="\0")
