"""Kept pages stay within their bounds, and nothing that was tampered with becomes a page."""

import gzip
import threading
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.web.page_store import FORMAT, OVERHEAD_BYTES, BoundedStore, KeptPage

SECRET = b"s" * 32
NAME = bytes(range(32))
HEADERS = ("Content-Type", "Cache-Control", "Vary", "ETag")
PAGE = KeptPage(
    {"Content-Type": "text/html; charset=utf-8", "X-Ü": "ü"}, gzip.compress("<p>é".encode())
)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    store: BoundedStore[str] = BoundedStore(10 * (OVERHEAD_BYTES + 10))
    for number in range(10):
        store.put(b"%d" % number, str(number), 10)
    assert store.get(b"0") == "0"
    store.put(b"new", "new", 10)
    assert store.get(b"1") is None
    assert [store.get(name) for name in (b"0", b"2", b"new")] == ["0", "2", "new"]


def test_a_thing_put_again_counts_once() -> None:
    store: BoundedStore[str] = BoundedStore(100_000)
    for size in (10, 5_000, 20):
        store.put(b"name", "thing", size)
        assert store.held_bytes == size + OVERHEAD_BYTES


def test_what_is_too_large_pushes_nothing_out() -> None:
    store: BoundedStore[str] = BoundedStore(80_000)
    store.put(b"small", "small", 10)
    store.put(b"large", "large", 10_001 - OVERHEAD_BYTES)
    store.put(b"fits", "fits", 10_000 - OVERHEAD_BYTES)
    assert [store.get(name) for name in (b"small", b"large", b"fits")] == ["small", None, "fits"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2_000)), max_size=60))
def test_bytes_are_counted_whatever_comes(puts: list[tuple[int, int]]) -> None:
    store: BoundedStore[int] = BoundedStore(8_000)
    for number, size in puts:
        store.put(b"%d" % number, size, size)
        kept = [size for number in range(10) if (size := store.get(b"%d" % number)) is not None]
        assert store.held_bytes == sum(kept) + OVERHEAD_BYTES * len(kept) <= store.most_bytes


@pytest.mark.parametrize("size", [32, 12_000])
def test_a_flood_takes_no_more_memory_than_was_said(size: int) -> None:
    store: BoundedStore[KeptPage] = BoundedStore(2_000_000)
    tracemalloc.start()
    try:
        for number in range(20_000):
            page = KeptPage(dict.fromkeys(HEADERS, "private, no-store"), b"x" * size)
            store.put(number.to_bytes(32, "big"), page, size)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert store.most_bytes * 0.5 < held < store.most_bytes * 1.1
    assert store.get((19_999).to_bytes(32, "big")) is not None


def test_threads_share_a_store() -> None:
    store: BoundedStore[bytes] = BoundedStore(20_000)
    wrong: list[bytes] = []

    def work(seed: int) -> None:
        for step in range(3_000):
            name = b"%d" % ((step * 7 + seed * 13) % 40)
            store.put(name, name, 700)
            found = store.get(name)
            if found not in (None, name):
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = sum(store.get(b"%d" % number) is not None for number in range(40))
    assert not wrong
    assert store.held_bytes == kept * (700 + OVERHEAD_BYTES) <= 20_000


def test_a_sealed_page_comes_back_whole() -> None:
    assert KeptPage.unseal(PAGE.seal(NAME, SECRET), NAME, SECRET) == PAGE
    assert PAGE.plain() == "<p>é".encode()


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"rubbish",
        FORMAT,
        FORMAT + b"\0" * 31,
        FORMAT + b"\0" * 100,
        PAGE.seal(NAME, SECRET)[:-1],
        PAGE.seal(NAME, SECRET) + b"\0",
        PAGE.seal(NAME, SECRET).replace(b"page 1", b"page 2"),
        PAGE.seal(NAME, b"another secret"),
        PAGE.seal(b"another name", SECRET),
    ],
)
def test_anything_else_is_no_page(sealed: bytes) -> None:
    assert KeptPage.unseal(sealed, NAME, SECRET) is None


@given(st.integers(0, len(PAGE.seal(NAME, SECRET)) * 8 - 1))
def test_no_bit_can_be_turned_over(bit: int) -> None:
    sealed = bytearray(PAGE.seal(NAME, SECRET))
    sealed[bit // 8] ^= 1 << bit % 8
    assert KeptPage.unseal(bytes(sealed), NAME, SECRET) is None
