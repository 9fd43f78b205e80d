"""Meeting Guide JSON: a list of weekly meetings, gathered into the groups that hold them.

Source of the format: https://github.com/code4recovery/spec. The same type code means different
things in different fellowships, so a feed is read only when its fellowship is known.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from listings.exchange.readers.base import Reading, bad_row
from listings.exchange.readers.json_file import load_json
from listings.exchange.readers.meeting_fields import INACTIVE
from listings.exchange.readers.meeting_group import Item, group_record, read_item
from listings.exchange.records import BadRow, OutOfScope, ReadError, Row, SourceSpec
from listings.taxonomy import programme_for, programmes
from listings.values.text import clean, fold

_NO_PROGRAMME: Final = "the feed does not say which fellowship it is; name it with --programme"
_PERSONAL: Final = re.compile(
    r"contact|last_contact|feedback|author|email$|^phone$|venmo|paypal|square", re.IGNORECASE
)
_KEPT: Final = ("entity_email", "entity_phone")


def read(stream: BinaryIO, *, name: str, programme: str | None = None) -> Reading:
    """Read a feed; see `listings.exchange.readers.base.Reader`.

    ``programme`` (a key of `listings.taxonomy.programmes`) names the fellowship of a feed that
    does not. One record is given per group, under the item number of its first meeting.
    """
    if programme is not None and programme not in programmes():
        known = ", ".join(sorted(programmes()))
        raise ReadError(f"“{programme[:40]}” is no fellowship known here. Known: {known}.")
    items = _meetings(load_json(stream, name=name), name)
    return Reading(_source(items, name, programme), _rows(items, programme))


def _meetings(value: Any, name: str) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("meetings"), list):
        value = value["meetings"]
    if not isinstance(value, list):
        raise ReadError(
            f"{name} is not a Meeting Guide feed: it should be a list of meetings. "
            "Check the address; it often ends in “meetings.json” or “action=meetings”."
        )
    return value


def _source(items: list[Any], name: str, programme: str | None) -> SourceSpec:
    first = next((item for item in items if isinstance(item, dict) and item.get("entity")), {})
    title = clean(str(first.get("entity") or ""))[:150]
    if not title:
        title = programmes()[programme].label if programme else _stem(name)
    url = first.get("entity_url")
    slug = fold(title).replace(" ", "-")[:60].strip("-") or "feed"
    return SourceSpec(
        code=f"meeting-guide-{slug}",
        name=title,
        url=url[:500] if isinstance(url, str) and url.startswith(("https://", "http://")) else "",
        policy="register",
        attribution=title,
    )


def _stem(name: str) -> str:
    """The host of an address, or the name of a file without folders and ending."""
    host = urlsplit(name).hostname if re.match(r"https?://[\w.-]+(/|$)", name) else None
    return (host or re.sub(r"\.\w+$", "", re.split(r"[/\\]", name)[-1]))[:150] or "feed"


def _rows(items: list[Any], programme: str | None) -> Iterator[Row]:
    groups: dict[str, list[Item]] = {}
    seen: dict[str, int] = {}
    for number, value in enumerate(items, 1):
        item = _item(number, value, programme, seen)
        if isinstance(item, Item):
            groups.setdefault(item.key, []).append(item)
        else:
            yield item
    taken: set[str] = set()
    for key, members in groups.items():
        yield group_record(key, members, taken)


def _item(
    number: int, value: object, programme: str | None, seen: dict[str, int]
) -> Item | BadRow | OutOfScope:
    if not isinstance(value, dict):
        return BadRow(number, "The item is not an object with a name, a day and a time.")
    raw = _without_people(value)
    first = seen.setdefault(repr(sorted(raw.items())), number)
    if first != number:
        return OutOfScope(number, f"exact copy of item {first}")
    known = programme or _recognised(raw)
    if not known:
        return OutOfScope(number, _NO_PROGRAMME)
    try:
        item = read_item(number, raw, known)
    except ValueError as error:
        return bad_row(number, str(error), raw)
    if item.attendance == INACTIVE:
        return OutOfScope(number, "its source marks it as not meeting now")
    return item


def _recognised(raw: dict[str, Any]) -> str:
    for field in ("entity", "group", "name"):
        found = programme_for(clean(str(raw.get(field) or ""))[:300])
        if found:
            return found.key
    return ""


def _without_people(item: dict[str, Any]) -> dict[str, Any]:
    """The item without names, telephones and e-mail addresses of members."""
    return {key: item[key] for key in item if key in _KEPT or not _PERSONAL.search(key)}
