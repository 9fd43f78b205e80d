import io
import json
from datetime import time

import pytest

from listings.exchange.readers import meeting_guide
from listings.exchange.records import ReadError
from listings.taxonomy import Claim
from tests.exchange.readers.helpers import bad, out_of_scope, read_bytes, read_fixture, records

FAMILY = "Al-Anon Family Groups"


def read_items(*items, programme=None):
    stream = io.BytesIO(json.dumps(items).encode())
    return list(meeting_guide.read(stream, name="feed.json", programme=programme).rows)


def test_it_reads_the_fixture():
    rows = read_fixture("meeting-guide", "meeting_guide.json")
    circle, evening = records(rows)
    assert [(m.weekday, m.start, m.duration_minutes) for m in circle.meetings] == [
        (7, time(18), 90),
        (2, time(19, 15), None),
        (4, time(19, 15), None),
    ]
    assert {m.timezone for m in circle.meetings} == {"America/New_York"}
    assert (circle.street, circle.region, circle.country) == ("12 North Main Street", "CT", "US")
    assert circle.second_name == "Example Hall"
    assert circle.description == "Side door & ramp"
    assert circle.phones[0].number == "+18605550140"
    assert Claim("family-support", True) in circle.claims
    assert Claim("in-person", True) in circle.claims
    assert evening.meetings[0].online_url == "https://meet.example.org/7"
    assert (evening.street, evening.city, evening.region) == ("", "Ashland", "NH")
    assert evening.unknown_codes == ("al-anon:QQ9",)
    assert "someday" in bad(rows)[4]
    assert out_of_scope(rows) == {5: "its source marks it as not meeting now"}


def test_no_member_is_kept():
    circle = records(read_fixture("meeting-guide", "meeting_guide.json"))[0]
    kept = json.dumps(circle.raw)
    assert "860-555-0140" in kept
    for personal in ("A Member", "860-555-0199", "member@example.org"):
        assert personal not in kept


def test_identity_does_not_hang_on_slugs_or_spelling():
    item = {"name": "Circle", "day": 1, "time": "19:00", "address": "1 Elm Road", "entity": FAMILY}
    other = {**item, "slug": "new", "name": "CIRCLE", "address": "1 Elm Rd", "day": 2}
    (before,), (after,) = (records(read_items(one)) for one in (item, other))
    assert before.external_id == after.external_id
    (both,) = records(read_items(item, other))
    assert len(both.meetings) == 2


def test_a_group_in_two_places_is_two_listings():
    item = {"name": "A", "group_id": 5, "day": 1, "time": "19:00", "entity": FAMILY}
    found = records(read_items({**item, "address": "1 Elm"}, {**item, "address": "2 Elm"}))
    assert [record.external_id[:8] for record in found] == ["group:5", "group:5:"]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"attendance_option": "hybrid"}, "hybrid"),
        ({"attendance_option": "in_person", "types": ["ONL"]}, "in-person"),
        ({"types": ["ONL", "TC"], "address": "1 Elm Road"}, "online"),
        ({"types": [], "address": "1 Elm Road"}, "in-person"),
    ],
)
def test_attendance(item, expected):
    (record,) = records(
        read_items({"name": "A", "day": 1, "time": "19:00", "entity": FAMILY} | item)
    )
    assert [meeting.attendance for meeting in record.meetings] == [expected]


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ({"day": 1, "time": "19:00"}, "does not say whether people meet"),
        ({"attendance_option": "online"}, "no fixed day and time"),
        ({"attendance_option": "online", "day": 1, "time": "9:00"}, "ask which it is"),
        (
            {"attendance_option": "online", "day": 1, "time": "9:00", "timezone": "Mars/Base"},
            "“Mars/Base” is unknown",
        ),
        ({"latitude": "x", "longitude": "1"}, "no possible place"),
        ({"url": "javascript:alert(1)"}, "Website left out"),
    ],
)
def test_what_is_missing_is_said(item, note):
    (record,) = records(read_items({"name": "A", "entity": FAMILY} | item))
    assert any(note in said for said in record.notes)


def test_a_feed_without_fellowship_is_not_guessed():
    item = {"name": "Morning Group", "day": 1, "time": "19:00", "address": "1 Elm Road"}
    assert list(out_of_scope(read_items(item)).values()) == [
        "the feed does not say which fellowship it is; name it with --programme"
    ]
    (record,) = records(read_items(item, programme="aa"))
    assert "family-support" not in {claim.term for claim in record.claims}
    with pytest.raises(ReadError, match="is no fellowship known here"):
        read_items(item, programme="xx")


@pytest.mark.parametrize("content", [b"{}", b'"x"', b'{"meetings": 1}'])
def test_other_json_gets_a_sentence(content):
    with pytest.raises(ReadError, match="should be a list of meetings"):
        read_bytes("meeting-guide", content)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/home/x/County Feed.json", "meeting-guide-county-feed"),
        ("https://x.example.org/ajax.php?action=meetings", "meeting-guide-x-example-org"),
        ("", "meeting-guide-feed"),
    ],
)
def test_a_feed_without_entity_is_known_by_its_file(name, code):
    reading = meeting_guide.read(io.BytesIO(b"[{}]"), name=name)
    assert reading.source.code == code


def test_wrapped_list_and_stray_items():
    rows = read_bytes("meeting-guide", b'{"meetings": [1, {"name": "", "entity": "Al-Anon"}]}')
    assert list(bad(rows)) == [1, 2]


def test_real_family_feed(shared_data):
    path = shared_data / "meetings" / "smart_family_friends.json"
    rows = read_bytes("meeting-guide", path.read_bytes())
    found = records(rows)
    assert out_of_scope(rows) == {37: "exact copy of item 36"}
    assert len(found) == 44
    assert sum(len(record.meetings) for record in found) == 48
    (beyond,) = [r for r in found if r.second_name.startswith("Above and Beyond")]
    assert [meeting.weekday for meeting in beyond.meetings] == [1, 2, 3, 4, 5]
    assert all(Claim("family-support", True) in record.claims for record in found)
    assert all(
        record.region and meeting.timezone for record in found for meeting in record.meetings
    )
    assert all(record.city for record in found if record.row != 12)


def test_real_feed_without_fellowship(shared_data):
    path = shared_data / "meetings" / "raleigh_2017_first120.json"
    assert len(out_of_scope(read_bytes("meeting-guide", path.read_bytes()))) >= 119
    with path.open("rb") as stream:
        rows = list(meeting_guide.read(stream, name="feed", programme="aa").rows)
    assert len(rows) == len(records(rows)) == 59
    assert sum(len(record.meetings) for record in rows) == 120
    assert all(claim.term != "family-support" for record in rows for claim in record.claims)
