"""The index file: what is written is read back exactly, and anything else is refused."""

import json
import mmap
import os
import random
import zlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from listings.search import mapped
from listings.search.building import build
from listings.search.columns import OPENING_STATES, Columns
from listings.search.gathering import Gathered, ListingRow, MeetingRow, OpeningRow
from tests.search.rows import TODAY, bits, listing_row

ABOUT = {"epoch": "ab" * 16, "version": 41}
TEXTS = some.text(max_size=40)
ZONES = some.sampled_from(["America/New_York", "Asia/Kathmandu", ""])
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

wild_rows = some.builds(
    listing_row,
    some.integers(1, 2**62),
    tie=some.integers(0, 2**64 - 1),
    latitude=some.none() | some.floats(-90, 90),
    longitude=some.floats(-180, 180),
    online_only=some.booleans(),
    name=TEXTS,
    second_name=TEXTS,
    city=TEXTS,
    country=some.sampled_from(["US", "MX", ""]),
    timezone=ZONES,
    opening_hours=some.sampled_from(["", "24/7", "Mo-Fr 09:00-17:00"]),
    confirmed=some.integers(0, TODAY),
    yes=some.binary(min_size=40, max_size=40),
    no=some.binary(min_size=40, max_size=40),
)


@some.composite
def wild_columns(draw: some.DrawFn) -> Columns:
    """Columns of made-up rows, with meetings and openings of some and of listings not here."""
    rows = draw(some.lists(wild_rows, max_size=90, unique_by=lambda row: row.pk))
    whole = [
        row._replace(longitude=None) if row.latitude is None else row for row in rows
    ]  # a listing has both or neither
    keys = some.sampled_from([*(row.pk for row in rows), 7])
    meetings = some.builds(
        MeetingRow, keys, some.integers(1, 7), some.integers(0, 1439), some.integers(0, 600),
        ZONES, some.just(0), some.integers(0, TODAY),
    )  # fmt: skip
    openings = some.builds(
        OpeningRow, keys, some.sampled_from(OPENING_STATES), some.integers(-1, 400),
        some.floats(0, 4e9),
    )  # fmt: skip
    return columns_of(
        whole, draw(some.lists(meetings, max_size=9)), draw(some.lists(openings, max_size=9))
    )


def columns_of(
    rows: list[ListingRow], meetings: list[MeetingRow] | None = None,
    openings: list[OpeningRow] | None = None,
) -> Columns:  # fmt: skip
    gathered = Gathered()
    gathered.add(rows)
    gathered.meetings, gathered.openings = meetings or [], openings or []
    return build(gathered)


def a_few() -> Columns:
    rows = [listing_row(pk, yes=bits(pk), name=f"House {pk}") for pk in range(1, 101)]
    meeting = MeetingRow(3, 2, 19 * 60, 60, "America/New_York", 0, 0)
    return columns_of(rows, [meeting], [OpeningRow(4, "open", -1, 2e9)])


def same(one: Columns, other: Columns) -> bool:
    """Whether all arrays are equal in type, shape and every bit."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(
        a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.index"


@pytest.fixture
def whole(path: Path) -> bytes:
    """The bytes of a good file, which lies at ``path`` as well."""
    mapped.write(path, a_few(), ABOUT)
    return path.read_bytes()


@MANY
@given(columns=wild_columns())
def test_what_is_written_is_read(tmp_path: Path, columns: Columns) -> None:
    path = tmp_path / "wild.index"
    mapped.write(path, columns, ABOUT)
    read, about = mapped.read(path)
    assert same(read, columns)
    assert about["epoch"] == ABOUT["epoch"]
    assert about["version"] == ABOUT["version"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_read_cannot_be_changed_and_is_aligned(path: Path, whole: bytes) -> None:
    columns, _ = mapped.read(path)
    for field in fields(columns):
        array = getattr(columns, field.name)
        assert not array.flags.writeable
        assert array.flags.aligned
        assert array.ctypes.data % 64 == 0 or not array.size
    with pytest.raises(ValueError, match="read-only"):
        columns.yes[0, 0] = 1


def test_a_file_that_is_replaced_or_removed_stays_with_those_who_map_it(
    path: Path, whole: bytes
) -> None:
    columns, _ = mapped.read(path)
    mapped.write(path, columns_of([listing_row(5, name="Another")]), ABOUT | {"version": 42})
    path.unlink()
    assert same(columns, a_few())


def test_two_writers_leave_one_whole_file(path: Path, whole: bytes) -> None:
    """The lock of search.files keeps it from happening; where locks do nothing it may."""
    other = path.with_name(f"{path.name}.new-{os.getpid() + 1}")
    other.write_bytes(whole[:1000])
    mapped.write(path, a_few(), ABOUT)
    assert same(mapped.read(path)[0], a_few())
    assert other.exists()


def refused(path: Path, content: bytes, saying: str | None = None) -> None:
    path.write_bytes(content)
    with pytest.raises(mapped.NotReadable, match=saying):
        mapped.read(path)


def test_cut_off_anywhere(path: Path, whole: bytes) -> None:
    header = 24 + int.from_bytes(whole[16:24], "little")
    dice = random.Random(20_26)
    cuts = {0, 1, 7, 8, 15, 16, 23, 24, 25, header - 1, header, header + 1, header + 64}
    cuts |= {len(whole) - back for back in (1, 8, 63, 64, 65, 4096)}
    cuts |= {dice.randrange(len(whole)) for _ in range(200)}
    for cut in sorted(cuts):
        refused(path, whole[:cut])


def test_any_flipped_bit(path: Path, whole: bytes) -> None:
    """Also in the header, where it could make an offset, a type or the version another one."""
    header = 24 + int.from_bytes(whole[16:24], "little")
    dice = random.Random(20_26)
    places = [*range(24), *dice.sample(range(24, header), 400)]
    places += [dice.randrange(header, len(whole)) for _ in range(200)]
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << dice.randrange(8)
        refused(path, bytes(broken))


def test_exchanged_appended_and_blanked(path: Path, whole: bytes) -> None:
    half = len(whole) // 2 // 64 * 64
    refused(path, whole[:half] + whole[half + 64 :] + whole[half : half + 64])
    refused(path, whole + bytes(64))
    refused(path, whole + whole)
    refused(path, whole[:half] + bytes(len(whole) - half))  # as some file systems do after a crash


def sealed(header: bytes, body: bytes = bytes(640), length: int | None = None) -> bytes:
    """A file with a true check sum, made by someone who knows the layout."""
    told = (len(header) if length is None else length).to_bytes(8, "little")
    rest = told + header + body
    return mapped.MAGIC + zlib.crc32(rest).to_bytes(8, "little") + rest


@pytest.mark.parametrize(
    "content",
    [
        sealed(b"{}", length=10**9),
        sealed(b"{}", length=2**64 - 1),
        sealed(b"{}", length=0),
        sealed(b""),
        sealed(b"\xff\xfe"),
        sealed(b"[" * 100_000),
        sealed(b"null"),
        sealed(b"[1]"),
        sealed(json.dumps(ABOUT).encode()),
        sealed(json.dumps({**ABOUT, "columns": {}}).encode()),
    ],
)
def test_headers_that_are_none(path: Path, content: bytes) -> None:
    refused(path, content, "cannot be read")


@pytest.mark.parametrize(
    "told",
    [
        None, [], ["<i8", [1]], ["<i8", [10**9], 0], ["<i8", [1], 10**9],
        ["<i8", [1], -8], ["O", [1], 0], ["<)8", [1], 0], ["nonsense", [1], 0], ["<i8", "x", 0],
        ["<i8", [2**40, 2**40], 0], ["<i8", [1.5], 0], ["<i8", [1], 0.5],
    ],
)  # fmt: skip
def test_headers_that_claim_what_is_not_so(path: Path, whole: bytes, told: Any) -> None:
    end = 24 + int.from_bytes(whole[16:24], "little")
    header = json.loads(whole[24:end])
    assert sealed(whole[24:end], whole[end:]) == whole
    header["columns"]["pk"] = told
    refused(path, sealed(json.dumps(header).encode(), whole[end:]), "cannot be read")


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        (b"", "cannot be mapped"),
        (b"\0", "is no index"),
        (b"SQLite format 3\0" + bytes(4096), "is no index"),
        (bytes(10_000), "is no index"),
        (mapped.MAGIC, "is no index"),
    ],
)
def test_other_files(path: Path, content: bytes, saying: str) -> None:
    refused(path, content, saying)


def test_another_format(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = mapped.MAGIC[:-1] + bytes([mapped.FORMAT + 1])
    with monkeypatch.context() as patch:
        patch.setattr(mapped, "MAGIC", other)
        mapped.write(path, a_few(), ABOUT)
    with pytest.raises(mapped.NotReadable, match="another format"):
        mapped.read(path)


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(), lambda path: path.symlink_to("nowhere"), lambda path: None]
)
def test_no_file(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(mapped.NotReadable, match="cannot be mapped"):
        mapped.read(path)


def test_no_memory_to_map(path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object, **__: object) -> mmap.mmap:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(mapped.mmap, "mmap", out_of_memory)
    with pytest.raises(mapped.NotReadable):
        mapped.read(path)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_write_that_fails_leaves_no_half_file(
    path: Path, whole: bytes, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk, half a file would keep it full."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(
        *{"fsync": (mapped.os, "fsync"), "replace": (Path, "replace")}[failing], full
    )
    with pytest.raises(OSError, match="No space left"):
        mapped.write(path, columns_of([listing_row(5)]), ABOUT | {"version": 42})
    assert list(path.parent.iterdir()) == [path]
    assert mapped.read(path)[1]["version"] == ABOUT["version"]


def test_no_row_at_all(path: Path) -> None:
    mapped.write(path, columns_of([]), ABOUT)
    columns, _ = mapped.read(path)
    assert columns.count == 0
    assert np.array_equal(columns.by_pk, [])
