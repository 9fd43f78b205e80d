"""Slow bodies take some threads, never all."""

import io

import pytest

from listings.web.request_body import AT_ONCE, AwaitedBody


class Asking(io.BytesIO):
    """A body that asks for further bodies while it is itself awaited."""

    def __init__(self, deeper: int) -> None:
        super().__init__(b"place=Hartford")
        self.deeper = deeper

    def read(self, size: int | None = -1) -> bytes:
        if self.deeper:
            AwaitedBody(Asking(self.deeper - 1), 14).read()
        return super().read(size)


@pytest.mark.parametrize(
    ("length", "size", "expected"),
    [(14, -1, b"place=Hartford"), (14, 5, b"place"), (5, -1, b"place"), (0, 10, b"")],
)
def test_no_more_is_read_than_declared(length: int, size: int, expected: bytes) -> None:
    assert AwaitedBody(io.BytesIO(b"place=Hartford"), length).read(size) == expected


def test_one_too_many_is_refused_and_the_places_come_free_again() -> None:
    with pytest.raises(BlockingIOError):
        AwaitedBody(Asking(AT_ONCE), 14).read()
    assert AwaitedBody(Asking(AT_ONCE - 1), 14).read() == b"place=Hartford"
