"""Finished pages of results, kept for five minutes at most, so that a page is drawn once for all.

A page is kept under all that it is made of: epoch and version of the catalogue, release, language,
view, the criteria in one canonical form, and five minutes of the clock. Nothing is ever thrown
away because something changed: what changed has another name. A second table leads from the
address as it was asked to the page, so that asking again reads no filters.

Pages lie in the memory of the process and, where ``REDIS_URL`` is set, in Redis for the others. In
both their names are keyed hashes; the pages themselves can be read there, but not who asked.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_string
from django.utils.translation import get_language

from listings.web.methods import SAFE
from listings.web.page_store import BoundedStore, KeptPage
from listings.web.release import release

if TYPE_CHECKING:
    from listings.web.shared_pages import SharedPages

SLOT_SECONDS = 300
PAGES_BYTES = 32_000_000
PLAIN_BYTES = 8_000_000
ADDRESSES_BYTES = 4_000_000
VARIES = {"", "accept-encoding", "accept-language"}
"""What a kept page may vary by: language is a part of its name, gzip is seen to here."""


Stamp = tuple[str, int]
"""Epoch and version of the catalogue that answers. It is read before the rows are, so that a page
may be newer than its stamp, and never older."""


class Kind(Enum):
    """What browsers and programs may do with an answer."""

    HTML = "private, no-store"
    JSON = "private, no-cache"  # with an ETag, so that asking again is cheap


@dataclass(frozen=True, slots=True)
class Draft:
    """A page that a view has understood and not yet made.

    ``canonical`` is the same text for all requests that get the same page, and another one for
    every other page of that view. ``draw`` makes it, of nothing else that a request brings: no
    visitor, no host.
    """

    canonical: str
    draw: Callable[[], HttpResponse]


View = Callable[..., Draft | HttpResponse]


def kept_pages(
    kind: Kind, stamp: Callable[[HttpRequest], Stamp]
) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let a view return a Draft, drawn only where the page is not kept already.

    ``stamp`` is called at each request, so it must not ask the database for much. A view that
    returns a response in place of a Draft answers by itself.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        name = f"{kind.name} {view.__module__}.{view.__qualname__}"

        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            def draft() -> Draft | HttpResponse:
                return view(request, *args, **kwargs)

            # Under DEBUG templates change while the process, and so the release, stays.
            if request.method not in SAFE or settings.DEBUG:
                made = draft()
                return made.draw() if isinstance(made, Draft) else made
            return page_cache().answer(
                request, Asked(kind, name, stamp(request), time.time()), draft
            )

        return answer

    return decorate


class Asked(NamedTuple):
    """What kind of page a view is asked for, of which catalogue, and when (Unix time)."""

    kind: Kind
    view: str
    stamp: Stamp
    at: float

    def era(self) -> str:
        """All that the names of pages share that are kept at one time, a line each."""
        (epoch, version), slot = self.stamp, int(self.at // SLOT_SECONDS)
        return f"{epoch}\n{version}\n{release()}\n{get_language()}\n{slot}\n{self.view}\n"

    def seconds_left(self) -> float:
        """How long from now the page may be shown."""
        return (self.at // SLOT_SECONDS + 1) * SLOT_SECONDS - time.time()


class PageCache:
    """The pages of one process and, with ``shared``, of those that share a Redis with it."""

    def __init__(self, secret: bytes, shared: "SharedPages | None") -> None:
        self._secret = secret
        self._shared = shared
        self._pages: BoundedStore[KeptPage] = BoundedStore(PAGES_BYTES)
        # Few ask without gzip, but some programs do so all the time.
        self._plain: BoundedStore[bytes] = BoundedStore(PLAIN_BYTES)
        self._addresses: BoundedStore[bytes] = BoundedStore(ADDRESSES_BYTES)

    def answer(
        self, request: HttpRequest, asked: Asked, draft: Callable[[], Draft | HttpResponse]
    ) -> HttpResponse:
        """The page that is kept, else the page drawn, and kept if it is for everybody."""
        era = asked.era()
        address = self._address(era, request)
        name = self._addresses.get(address)
        page = self._find(name) if name else None
        if name is None or page is None:
            made = draft()
            if not isinstance(made, Draft):
                return made
            if name is None:
                name = self._name("page", era, made.canonical)
                self._addresses.put(address, name, len(name))
                page = self._find(name)
            if page is None:
                drawn = made.draw()
                if not for_everybody(request, drawn):
                    return drawn
                page = self._keep(name, asked, drawn)
        return self._response(request, name, page)

    def _address(self, era: str, request: HttpRequest) -> bytes:
        query = request.META.get("QUERY_STRING", "")
        # A request may name the charset that its query is read in: other words, another page.
        asked = f"{request.encoding} {len(query)} {query}{request.path}"
        return self._name("address", era, asked)

    def _name(self, *parts: str) -> bytes:
        text = "\n".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, text, "sha256")

    def _find(self, name: bytes) -> KeptPage | None:
        page = self._pages.get(name)
        if page is None and self._shared:
            sealed = self._shared.get(name)
            page = KeptPage.unseal(sealed, name, self._secret) if sealed else None
            if page:
                self._pages.put(name, page, len(page.body))
        return page

    def _keep(self, name: bytes, asked: Asked, drawn: HttpResponse) -> KeptPage:
        page = kept_page(name, asked.kind, drawn)
        self._pages.put(name, page, len(page.body))
        if self._shared:
            self._shared.put(name, page.seal(name, self._secret), asked.seconds_left())
        return page

    def _response(self, request: HttpRequest, name: bytes, page: KeptPage) -> HttpResponse:
        """The page with headers that leave GZipMiddleware nothing to do."""
        if re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            response = HttpResponse(page.body, headers=page.headers)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(self._plain_body(name, page), headers=page.headers)
        length = response.headers["Content-Length"] = str(len(response.content))
        if etag := page.headers.get("ETag"):
            response = get_conditional_response(request, etag=etag, response=response) or response
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                # CommonMiddleware would say 0, but it is that of the page (RFC 9110, 8.6).
                response.headers["Content-Length"] = length
        return response

    def _plain_body(self, name: bytes, page: KeptPage) -> bytes:
        body = self._plain.get(name)
        if body is None:
            body = page.plain()
            self._plain.put(name, body, len(body))
        return body


def kept_page(name: bytes, kind: Kind, drawn: HttpResponse) -> KeptPage:
    """The page at rest, with the headers that every answer of it has."""
    drawn.headers["Cache-Control"] = kind.value
    patch_vary_headers(drawn, ["Accept-Encoding"])
    if kind is Kind.JSON:
        # Weak, because the bytes differ with the compression (RFC 9110, 8.8.1).
        drawn.headers["ETag"] = f'W/"{name[:16].hex()}"'
    body = compress_string(drawn.content, max_random_bytes=GZipMiddleware.max_random_bytes)
    return KeptPage(dict(drawn.headers), body)


def for_everybody(request: HttpRequest, drawn: HttpResponse) -> bool:
    """Whether a page may be shown to others: it is whole, and nothing of a visitor went into it.

    A template that looks at the user looks into the session, messages are loaded when a template
    looks at them, Django's own form token asks for its cookie, and a nonce is for one answer.
    """
    session, messages = getattr(request, "session", None), getattr(request, "_messages", None)
    varies = {name.strip().lower() for name in drawn.get("Vary", "").split(",")}
    return (
        drawn.status_code == HTTPStatus.OK
        and not drawn.streaming
        and not drawn.cookies
        and not drawn.has_header("Content-Encoding")
        and varies <= VARIES
        and not (session is not None and session.accessed)
        and not hasattr(messages, "_loaded_data")
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not hasattr(request, "_csp_nonce")
    )


@cache
def page_cache() -> PageCache:
    """The cache of this process."""
    # Another purpose than that of form tokens, so another key.
    secret = hashlib.sha256(f"listings.web.page_cache {settings.SECRET_KEY}".encode()).digest()
    shared = None
    if settings.REDIS_URL:
        # Loaded only where it is used; it takes more memory than all the rest of this layer.
        from listings.web.shared_pages import SharedPages

        shared = SharedPages(settings.REDIS_URL)
    return PageCache(secret, shared)
