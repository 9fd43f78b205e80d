"""What a kept page costs: `python -m tests.benchmarks.cached_page [--profile]`.

Through the WSGI application and every middleware, in turns: an empty view, and a page of 90 kB that
is kept. At /kept/ the stamp is in memory; at /asking/ the database is asked for it each time, the
one that DATABASE_URL names. The bar is 0.6 of the empty view's requests per second. Last it says
what the kept page gains without each middleware.
"""

import cProfile
import io
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.http import HttpRequest, HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import path  # noqa: E402

from directory.wsgi import guarded  # noqa: E402
from listings.web.page_cache import Draft, Kind, Stamp, kept_pages, page_cache  # noqa: E402

ROUNDS = 15
REQUESTS = 400
PAGE = "".join(
    f'<li><a href="/listing/{number:032x}/">House {number * 7919}</a>, {number * 31} Main St</li>\n'
    for number in range(1000)
)
QUERY = "type=detox&type=inpatient&within=25&payment=medicaid&known=payment"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing: what any answer costs here."""
    return HttpResponse()


def stamp_of_database(request: HttpRequest) -> Stamp:
    """A stamp from the least that a database can be asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT '00000000000000000000000000000000', 7")
        epoch, version = cursor.fetchone()
        return epoch, version


def draft(request: HttpRequest) -> Draft:
    """A page as large as a page of results."""
    return Draft(QUERY, lambda: HttpResponse(PAGE))


urlpatterns = [
    path("empty/", empty),
    path("kept/", kept_pages(Kind.HTML, lambda request: ("0" * 32, 7))(draft)),
    path("asking/", kept_pages(Kind.HTML, stamp_of_database)(draft)),
    path("admin/", admin.site.urls),  # a middleware asks for its address
]


def ask(application: Application, address: str, coding: str) -> bytes:
    """One request as a browser sends it behind a proxy."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": QUERY, "SCRIPT_NAME": "",
        "HTTP_HOST": "127.0.0.1:8000", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "HTTP_ACCEPT_ENCODING": coding, "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
        "HTTP_ACCEPT": "text/html", "HTTP_USER_AGENT": "Mozilla/5.0", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }  # fmt: skip
    body = application(environ, lambda status, headers: None)
    content = b"".join(body)
    body.close()  # type: ignore[attr-defined]
    return content


def rate(application: Application, address: str, coding: str = "gzip, br") -> float:
    """Requests per second of processor time, which other work on the machine disturbs least."""
    started = time.process_time()
    for _ in range(REQUESTS):
        ask(application, address, coding)
    return REQUESTS / (time.process_time() - started)


def compare(application: Application, address: str, coding: str) -> None:
    """Print the rates side by side: medians of rounds in turns, and of the rounds' ratios."""
    length = len(ask(application, address, coding))
    rounds = [
        (rate(application, "/empty/", coding), rate(application, address, coding))
        for _ in range(ROUNDS)
    ]
    nothing, page = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratios = sorted(kept / empty for empty, kept in rounds)
    print(
        f"{address:9}{coding:9} empty view {nothing:5.0f}/s   kept page {page:5.0f}/s"
        f" of {length:6} bytes   ratio {statistics.median(ratios):.2f}"
        f" ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def middleware_costs(application: Application) -> None:
    """Print what the kept page gains in microseconds without each middleware."""
    others = {
        name: [other for other in settings.MIDDLEWARE if other != name]
        for name in settings.MIDDLEWARE
        if not name.endswith("SessionMiddleware")  # others stand upon it
    }
    gains: dict[str, list[float]] = {name: [] for name in others}
    handlers = {}
    for name, middleware in others.items():
        with override_settings(MIDDLEWARE=middleware):
            handlers[name] = guarded(WSGIHandler())
    for _ in range(ROUNDS):
        whole = 1 / rate(application, "/kept/")
        for name, handler in handlers.items():
            gains[name].append((whole - 1 / rate(handler, "/kept/")) * 1e6)
    for name, gained in sorted(gains.items(), key=lambda item: -statistics.median(item[1])):
        print(f"{statistics.median(gained):7.1f} µs  {name}")


def profile(application: Application) -> None:
    """Print where the time of kept pages goes."""
    profiler = cProfile.Profile()
    profiler.enable()
    rate(application, "/kept/")
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> None:
    """Compare, with gzip and without, and take the middleware apart."""
    page_cache.cache_clear()
    with override_settings(ROOT_URLCONF=__name__, REDIS_URL=""):
        application = guarded(WSGIHandler())
        for address in ("/kept/", "/asking/"):
            for coding in ("gzip", "identity"):
                compare(application, address, coding)
        if "--profile" in sys.argv:
            profile(application)
        middleware_costs(application)


if __name__ == "__main__":
    main()
