import itertools
import socket
import threading
import time

import pytest

from listings.exchange.fetch import FetchError, Limits, fetch, open_path_or_url
from listings.exchange.records import ReadError

HOST = "data.example.org"
PUBLIC = "93.184.215.14"
URL = f"https://{HOST}/export.json?page=1"


class Calls(list):
    """A connector or resolver that must not be called."""

    def __call__(self, *call):
        self.append(call)
        return [PUBLIC]


ADDRESSES = [
    "http://data.example.org/x",
    "HTTP://data.example.org/x",
    "file:///etc/passwd",
    "ftp://data.example.org/x",
    "gopher://data.example.org:70/_x",
    "dict://data.example.org/",
    "data:text/plain,x",
    "//data.example.org/x",
    "data.example.org/x",
    "",
    "https://",
    "https:///x",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://other.example.org/",
    "https://data.example.org.evil.example/",
    "https://evildata.example.org/",
    "https://data.example.org@127.0.0.1/",
    "https://127.0.0.1@data.example.org/",
    "https://data.example.org:secret@data.example.org/",
    "https://data.example.org:22/",
    "https://data.example.org:80/",
    "https://data.example.org:99999/",
    "https://data.example.org:x/",
    "https://data。example。org/",
    "https://ⓓata.example.org/",
    "https://data.example.org\\@127.0.0.1/",
    "https://127.0.0.1#@data.example.org/",
    "https://127.0.0.1?@data.example.org/",
    "https://data.example.org/\r\nHost: 127.0.0.1",
    "https://data.example.org/a b",
    "https://data.example.org\t/",
    " https://data.example.org/",
    "https://data..example.org/",
    "https://data.example.org%2f@127.0.0.1/",
    "https://data.example.org/" + "x" * 2000,
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_no_connection_leaves_for_a_forbidden_address(url):
    resolver, connector = Calls(), Calls()
    with pytest.raises(FetchError, match=r"\.$"):
        fetch(url, allowed_hosts=[HOST], resolver=resolver, connector=connector)
    assert (resolver, connector) == ([], [])


@pytest.mark.parametrize(
    "answer",
    [
        [],
        ["127.0.0.1"],
        ["0.0.0.0"],
        ["10.0.0.1"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["100.64.0.1"],
        ["169.254.169.254"],
        ["224.0.0.1"],
        ["240.0.0.1"],
        ["255.255.255.255"],
        ["192.0.2.1"],
        ["198.18.0.1"],
        ["::1"],
        ["::"],
        ["::7f00:1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::7f00:1"],
        ["64:ff9b:1::7f00:1"],
        ["2002:7f00:1::1"],
        ["2002:a9fe:a9fe::1"],
        ["2001:0:4136:e378:8000:63bf:80ff:fffe"],
        ["fe80::1%eth0"],
        ["fc00::1"],
        ["fd00:ec2::254"],
        ["fec0::1"],
        ["ff0e::1"],
        ["2001:db8::1"],
        [PUBLIC, "10.0.0.1"],
        ["not an address"],
    ],
)
def test_no_connection_leaves_for_an_inner_address(answer):
    connector = Calls()
    with pytest.raises(FetchError, match=r"no public address\. Refused\.|has no address\."):
        fetch(URL, allowed_hosts=[HOST], resolver=lambda *_: answer, connector=connector)
    assert connector == []


def test_a_host_without_address_gets_a_sentence():
    def resolver(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"has no address .*Check the name\."):
        fetch(URL, allowed_hosts=[HOST], resolver=resolver, connector=Calls())


class Server:
    """A plain server on loopback for one answer; fake resolver and connector lead to it."""

    def __init__(self, *parts, pause=0.0):
        self.parts, self.pause = parts, pause
        self.connected = []
        self.request = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.thread.join()

    def serve(self):
        with self.listener.accept()[0] as peer:
            self.request = peer.recv(65536)
            try:
                for part in self.parts:
                    peer.sendall(part)
                    time.sleep(self.pause)
            except OSError:
                return

    def connector(self, address, port, host, seconds):
        self.connected.append((address, port, host))
        return socket.create_connection(self.listener.getsockname(), timeout=seconds)

    def fetch(self, **limits):
        return fetch(
            URL,
            allowed_hosts=["DATA.example.org"],
            limits=Limits(**limits),
            resolver=lambda *_: [PUBLIC],
            connector=self.connector,
        )


def answer(*lines, body=b""):
    return "\r\n".join(("HTTP/1.1 200 OK", *lines, "", "")).encode() + body


def test_it_fetches():
    with Server(answer("Content-Length: 5", body=b"hello")) as server:
        assert server.fetch() == b"hello"
    assert server.connected == [(PUBLIC, 443, HOST)]
    assert server.request.startswith(
        b"GET /export.json?page=1 HTTP/1.1\r\nHost: data.example.org\r\n"
    )


def test_the_address_is_resolved_once_and_pinned():
    answers = itertools.chain([[PUBLIC]], itertools.repeat(["127.0.0.1"]))
    with Server(answer("Content-Length: 2", body=b"{}")) as server:
        fetch(
            URL,
            allowed_hosts=[HOST],
            resolver=lambda *_: next(answers),
            connector=server.connector,
        )
    assert server.connected == [(PUBLIC, 443, HOST)]


@pytest.mark.parametrize(
    ("parts", "limits", "sentence"),
    [
        (
            [b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"],
            {},
            "redirects to 'http://169.254.169.254/', and redirects are not followed",
        ),
        ([b"HTTP/1.1 404 Not Found\r\n\r\n"], {}, "answered 404"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], {}, "answered 204"),
        ([b"nonsense\r\n\r\n"], {}, "broke off"),
        ([], {}, "broke off"),
        ([answer("Content-Encoding: gzip", body=b"x")], {}, "compressed"),
        ([answer("Content-Length: 999999999")], {}, "more than 100,000,000 bytes"),
        ([answer(body=b"x" * 300)], {"max_bytes": 200}, "more than 200 bytes"),
        ([answer("Content-Length: 9", body=b"x")], {}, "less than it promised"),
        ([answer("Transfer-Encoding: chunked", body=b"5\r\nhe")], {}, "broke off"),
    ],
)
def test_other_answers_get_a_sentence(parts, limits, sentence):
    with Server(*parts) as server, pytest.raises(FetchError, match=sentence):
        server.fetch(**limits)
    assert len(server.connected) == 1


def test_a_silent_server_is_left():
    with Server(b"", pause=1) as server, pytest.raises(FetchError, match="broke off"):
        server.fetch(read_seconds=0.2)


@pytest.mark.parametrize("head", [(), (answer(),)])
def test_a_dripping_server_is_left(head):
    drops = (b"H" for _ in range(60))
    started = time.monotonic()
    with Server(*head, *drops, pause=0.05) as server:
        with pytest.raises(FetchError, match=r"took longer than 0\.5 seconds"):
            server.fetch(read_seconds=0.3, total_seconds=0.5)
        assert time.monotonic() - started < 2.5


def test_a_server_that_refuses_gets_a_sentence():
    def connector(*_):
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(FetchError, match=r"cannot be reached .*Connection refused.* Try again"):
        fetch(URL, allowed_hosts=[HOST], resolver=lambda *_: [PUBLIC], connector=connector)


def test_open_path_or_url(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"name\n")
    with open_path_or_url(str(path), allowed_hosts=[]) as stream:
        assert stream.read() == b"name\n"
    for source, sentence in [
        (str(tmp_path), "is not a file"),
        (str(tmp_path / "none.csv"), "There is no file"),
        ("a\0b", "cannot be opened"),
        ("https://example.org/x", "not among the hosts"),
        ("file:///etc/passwd", "Only https"),
    ]:
        with (
            pytest.raises(ReadError, match=sentence),
            open_path_or_url(source, allowed_hosts=[]),
        ):
            pass
