"""Fetch an import over HTTPS without letting an address reach into the network we stand in.

Rules of REQUIREMENTS S14: hosts by allow-list, https only, resolved once, every address of the
host public, the connection made to that very address, no redirect followed, time and size capped.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import stat
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from listings.exchange.records import ReadError

MAX_BYTES: Final = 100_000_000
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 15.0
TOTAL_SECONDS: Final = 60.0

_CHUNK: Final = 65_536
_LONGEST_URL: Final = 2_000
_HOST = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]*[a-z0-9]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[str, int, str, float], socket.socket]


class FetchError(ReadError):
    """An address cannot or may not be fetched; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take."""

    max_bytes: int = MAX_BYTES
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    total_seconds: float = TOTAL_SECONDS


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host. Raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, host: str, seconds: float) -> socket.socket:
    """A TLS connection to this address whose certificate is good for ``host``."""
    plain = socket.create_connection((address, port), timeout=seconds)
    try:
        context = ssl.create_default_context()
        # A connection cut short must not pass for the end of the file.
        return context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
    except BaseException:
        plain.close()
        raise


def fetch(
    url: str,
    *,
    allowed_hosts: Collection[str],
    limits: Limits = Limits(),
    resolver: Resolver = resolve,
    connector: Connector = connect,
) -> bytes:
    """The bytes behind an https address.

    Raises FetchError with a sentence when the address breaks a rule above, the server cannot be
    reached, answers anything but 200, or takes more than ``limits`` allow.
    """
    host, target = _checked_url(url, allowed_hosts)
    deadline = monotonic() + limits.total_seconds
    address = _public_address(host, resolver)
    try:
        connection = connector(address, 443, host, limits.connect_seconds)
    except (OSError, ssl.CertificateError) as error:
        raise FetchError(f"{host} cannot be reached ({_why(error)}). Try again later.") from error
    # A server that sends a byte now and then would outlast every single time-out.
    watchdog = threading.Timer(max(0.0, deadline - monotonic()), _hang_up, (connection,))
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.settimeout(limits.read_seconds)
        body = _get(connection, host, target, limits)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if monotonic() >= deadline:
            raise _too_slow(host, limits) from error
        raise FetchError(f"{host} broke off ({_why(error)}). Try again later.") from error
    finally:
        watchdog.cancel()
        connection.close()
    # Hung up in the middle, an answer of unstated length looks finished.
    if monotonic() >= deadline:
        raise _too_slow(host, limits)
    return body


@contextmanager
def open_path_or_url(source: str, *, allowed_hosts: Collection[str]) -> Iterator[BinaryIO]:
    """A file on disk, or what `fetch` gives for an address, as a seekable stream.

    Raises ReadError with a sentence when the file cannot be opened, FetchError as `fetch`.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", source) and not Path(source).exists():
        yield io.BytesIO(fetch(source, allowed_hosts=allowed_hosts))
        return
    with _open(source) as stream:
        yield stream


def _open(source: str) -> BinaryIO:
    try:
        path = Path(source)
        if not stat.S_ISREG(path.stat().st_mode):
            raise ReadError(f"{source[:200]} is not a file. Give the path of one.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise ReadError(f"There is no file {source[:200]}. Check the path.") from error
    except (OSError, ValueError) as error:
        raise ReadError(f"{source[:200]!r} cannot be opened ({_why(error)}).") from error


def _checked_url(url: str, allowed_hosts: Collection[str]) -> tuple[str, str]:
    """Host and request target. Raises FetchError unless the address keeps every rule."""
    shown = url[:80]
    if len(url) > _LONGEST_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise FetchError(f"{shown!r} is not a plain web address. Write it in ASCII, no spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(f"{shown!r} is not a web address.") from error
    if parts.scheme != "https":
        raise FetchError(f"{shown!r} does not start with https://. Only https is fetched.")
    if "@" in parts.netloc:
        raise FetchError("The address holds a user name or password. Leave it out.")
    if port not in (None, 443):
        raise FetchError(f"{shown!r} names port {port}. Only the usual port of https is allowed.")
    host = (parts.hostname or "").lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        raise FetchError(f"{shown!r} names no host such as example.org. Numbers are not allowed.")
    if host not in {allowed.lower() for allowed in allowed_hosts}:
        raise FetchError(
            f"{host} is not among the hosts that imports may be fetched from. Download the file "
            "and import it from disk, or add the host to the setting."
        )
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _public_address(host: str, resolver: Resolver) -> str:
    """The address to connect to; all the host has must be public, lest one be drawn later."""
    try:
        found = resolver(host, 443)
    except OSError as error:
        raise FetchError(f"{host} has no address ({_why(error)}). Check the name.") from error
    for text in found:
        if not _is_public(text):
            raise FetchError(f"{host} leads to {text[:60]}, which is no public address. Refused.")
    if not found:
        raise FetchError(f"{host} has no address. Check the name.")
    return found[0]


def _is_public(text: str) -> bool:
    try:
        address: IPAddress = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    carried = _carried(address)
    if carried is not None and not _is_public(str(carried)):
        return False
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    # Multicast and reserved blocks count as global in the ipaddress module.
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def _carried(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


def _get(connection: socket.socket, host: str, target: str, limits: Limits) -> bytes:
    client = http.client.HTTPSConnection(host)
    client.sock = connection
    headers = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "directory"}
    client.request("GET", target, headers=headers)
    response = client.getresponse()
    if 300 <= response.status < 400:
        where = (response.getheader("Location") or "nowhere")[:200]
        raise FetchError(f"{host} redirects to {where!r}, and redirects are not followed.")
    if response.status != 200:
        raise FetchError(f"{host} answered {response.status}. Check the address.")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise FetchError(f"{host} sends compressed data, which is not accepted.")
    if (response.length or 0) > limits.max_bytes:
        raise _too_big(host, limits)
    return _body(response, host, limits)


def _body(response: http.client.HTTPResponse, host: str, limits: Limits) -> bytes:
    body = bytearray()
    while chunk := response.read(_CHUNK):
        body += chunk
        if len(body) > limits.max_bytes:
            raise _too_big(host, limits)
    if response.length:
        raise FetchError(f"{host} sent less than it promised. Try again later.")
    return bytes(body)


def _too_big(host: str, limits: Limits) -> FetchError:
    return FetchError(f"{host} sends more than {limits.max_bytes:,} bytes. Import it from disk.")


def _too_slow(host: str, limits: Limits) -> FetchError:
    return FetchError(
        f"{host} took longer than {limits.total_seconds:g} seconds. Download the file by other "
        "means and import it from disk."
    )


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _why(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split())[:120]
