"""Single fields as sources write them: telephones, web and e-mail addresses, points, zones."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from listings.exchange.records import PhoneRecord
from listings.values.geo import Point
from listings.values.phone import PhoneError, parse_phone
from listings.values.text import clean

_LONGEST_PHONE = 60
_LONGEST_URL = 500
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"[^\W_]([\w.-]*[^\W_])?\.[^\W\d_][\w-]*[^\W_]\.?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")


def read_phone(text: str, role: str, country: str = "US") -> PhoneRecord:
    """One telephone. Raises PhoneError with a sentence when it cannot be one."""
    if len(text) > _LONGEST_PHONE:
        raise PhoneError(f"“{text[:20]}…” is too long for a telephone number.")
    phone = parse_phone(text, country)
    return PhoneRecord(phone.number, phone.extension, role)


def read_phones(
    written: Iterable[tuple[str, str]], notes: list[str], country: str = "US"
) -> tuple[PhoneRecord, ...]:
    """The telephones among (role, text) pairs, each number once, under its first role.

    A text that is no telephone number is left out and said in ``notes``.
    """
    found: dict[tuple[str, str], PhoneRecord] = {}
    for role, text in written:
        text = clean(text)
        if not text:
            continue
        try:
            phone = read_phone(text, role, country or "US")
        except PhoneError as error:
            notes.append(f"Telephone ({role}) left out: {error}")
        else:
            found.setdefault((phone.number, phone.extension), phone)
    return tuple(found.values())


def web_address(text: str) -> str:
    """A web address as it may stand in a link: http or https, host in lower case.

    A missing scheme becomes https. Raises ValueError with a sentence for anything else
    (other schemes, names and passwords in the address, no host, more than 500 characters).
    """
    written = clean(text)
    if not _SCHEME.match(written):
        written = f"https://{written.removeprefix('//')}"
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"“{text[:60]}” is not a web address.") from error
    host = (parts.hostname or "").lower()
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"“{text[:60]}” is not a web address; it must start with https://.")
    if parts.username is not None or not _HOST.fullmatch(host) or re.search(r"[\s\\]", written):
        raise ValueError(f"“{text[:60]}” is not a web address; write it like https://example.org.")
    if len(written) > _LONGEST_URL:
        raise ValueError(
            f"The web address “{text[:40]}…” is longer than {_LONGEST_URL} characters."
        )
    netloc = f"{host}:{port}" if port is not None else host
    path = parts.path if parts.path != "/" else ""
    return urlunsplit((parts.scheme.lower(), netloc, path, parts.query, parts.fragment))


def read_website(text: object, notes: list[str]) -> str:
    """A web address, or "" with a note when the text is none."""
    if not isinstance(text, str) or not text.strip():
        return ""
    try:
        return web_address(text)
    except ValueError as error:
        notes.append(f"Website left out: {error}")
        return ""


def email_address(text: str) -> str:
    """An e-mail address. Raises ValueError with a sentence when it cannot be one."""
    written = clean(text)
    if len(written) > 254 or not _EMAIL.fullmatch(written):
        raise ValueError(f"“{text[:60]}” is not an e-mail address.")
    return written


def read_point(latitude: object, longitude: object, notes: list[str]) -> Point | None:
    """A point from what a source wrote; None, with a note, when it is impossible.

    0, 0 lies in the Gulf of Guinea and is what broken exports write for "none".
    """
    written = tuple("" if value is None else str(value).strip() for value in (latitude, longitude))
    if written == ("", ""):
        return None
    try:
        if any(len(text) > 40 for text in written):
            raise ValueError
        point = Point(float(written[0]), float(written[1]))
    except ValueError:
        point = None
    if point is None or (point.latitude, point.longitude) == (0, 0):
        shown = ", ".join(text[:20] for text in written)
        notes.append(f"Coordinates left out: “{shown}” is no possible place.")
        return None
    return point


def is_timezone(name: str) -> bool:
    """Whether this is the name of an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
