"""How long suggestions take: `python -m tests.benchmarks.suggestions` on a loaded database.

Forty places are typed letter by letter, six of them with an error. Building and memory come first;
a bare indexed SELECT of one row through Django is measured in the same run.
"""

import logging
import os
import resource
import statistics
import time
from collections.abc import Callable

import django

ROUNDS = 5
TYPED = """\
Hartford, CT|New York|New York, NY|Los Angeles|San Francisco, CA|Chicago|Houston TX|Phoenix
Philadelphia, Pennsylvania|San Antonio|Saint Louis|St. Paul, MN|Fort Worth|Mount Vernon|06103
90210-1234|Springfield, MA|Portland, OR|Kansas City, Kansas|Washington, D.C.|Hartford County, CT
Cook County|Connecticut|Massachusetts|Coeur d'Alene|Winston-Salem|O'Fallon MO|Brooklyn|Москва
Нью-Йорк|München|Muenchen|Paris, France|Toronto, Ontario
Hartfrod|Chcago|Sprinfield MA|Pheonix AZ|Phillidelphia|Los Angelos"""


def measure(label: str, calls: list[Callable[[], object]]) -> None:
    """Print milliseconds of a call; the first round warms up and is left out.

    The best of the rounds for each call stands beside them all, for machines that have other work
    to do.
    """
    every: list[list[float]] = [[] for _ in calls]
    for number in range(ROUNDS + 1):
        for call, times in zip(calls, every, strict=True):
            started = time.perf_counter()
            call()
            if number:
                times.append((time.perf_counter() - started) * 1000)
    together = [one for times in every for one in times]
    for kind, times in (("every", together), (f"best of {ROUNDS}", [min(each) for each in every])):
        cuts = statistics.quantiles(times, n=100)
        figures = f"p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms"
        print(f"{label:16} {kind:10} {figures}  worst {max(times):6.2f} ms")


def memory() -> tuple[float, float]:
    """Megabytes that the process holds now, and the most it held."""
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1024**2, most


def build() -> None:
    """Read the names as the first caller would, and say what that costs."""
    from django.conf import settings

    from listings.geocoding.known import known_names
    from listings.geocoding.name_index import name_index

    known_names(settings.HOME_COUNTRY)
    before, _ = memory()
    started, worked = time.perf_counter(), time.process_time()
    index = name_index()
    clock, processor = time.perf_counter() - started, time.process_time() - worked
    after, most = memory()
    print(f"built in {clock:.2f} s, {processor:.2f} s of it this process's")
    arrays = (index.pks, index.prominence, index.group_of, index.name_owners, index.code_owners)
    kept = sum(array.nbytes for array in arrays)
    kept += sum(len(each._blob) + 4 * len(each._starts) for each in (index.names, index.codes))
    print(f"kept {kept / 1024**2:.1f} MB")
    print(f"process {before:.0f} MB before, {after:.0f} MB after, {most:.0f} MB at most")


def main() -> None:
    """Measure building, look-ups, the whole view, and the bare query."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from listings.geocoding.suggesting import suggest
    from listings.models import Place
    from listings.web.form_token import make_token

    logging.disable(logging.INFO)
    names = [name for line in TYPED.splitlines() for name in line.split("|")]
    texts = [name[:letters] for name in names for letters in range(2, len(name) + 1)]
    print(f"{connection.vendor}, {Place.objects.count():,} places")
    build()
    print(f"{len(names)} names, {len(texts)} texts of two letters and more")
    measure("suggest", [lambda text=text: suggest(text, settings.HOME_COUNTRY) for text in texts])
    client, token = Client(SERVER_NAME="127.0.0.1"), make_token("search")

    def ask(text: str) -> None:
        response = client.post("/places/", {"place": text, "token": token})
        assert response.status_code == 200, response.status_code

    measure("POST /places/", [lambda text=text: ask(text) for text in texts])
    slugs = ["06103", "hartford-ct", "connecticut", "munich-de"] * 100
    bare = [lambda slug=slug: Place.objects.filter(slug=slug).first() for slug in slugs]
    measure("SELECT by slug", bare)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
    django.setup()
    main()
