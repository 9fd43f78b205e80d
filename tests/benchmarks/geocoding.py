"""How long a look-up takes: `python -m tests.benchmarks.geocoding` on a loaded database.

A bare indexed SELECT of one row through Django stands beside it, measured in the same run.
"""

import os
import statistics
import time
from collections.abc import Callable

import django

ROUNDS = 20
TYPED = """\
06103|06103-1234|06101|90210|Hartford|Hartford, CT|hartford connecticut|Hartford CT 06103
St Louis|Saint Louis|Ft Worth|Mt Vernon|NYC|Nueva York|Нью-Йорк|Москва|Muenchen|Munich
Hartford County, CT|Cook County|Connecticut|CT|Canada|Paris, France|Portland, OR|Hartfrod
Chcago|Sprinfield MA|Springfield|San Antonio|Philadelphia|Hartford, Conneticut
12 Main St, Hartford, CT|Los Angelos|xyzzyqwert|Kansas City Kansas|Washington, D.C.|Boston MA
Austin, Texas|miami fl|Brooklyn|Tucson AZ|seattle|Boise, ID|Burlington VT"""


def measure(label: str, calls: list[Callable[[], object]]) -> None:
    """Print milliseconds of a call; the first round warms up and is left out.

    Processor time stands beside the clock, for machines that have other work to do.
    """
    clock, processor = [], []
    for number in range(ROUNDS + 1):
        for call in calls:
            started, worked = time.perf_counter(), time.process_time()
            call()
            if number:
                clock.append((time.perf_counter() - started) * 1000)
                processor.append((time.process_time() - worked) * 1000)
    for kind, times in (("clock", clock), ("processor", processor)):
        cuts = statistics.quantiles(times, n=100)
        figures = f"p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms"
        print(f"{label:16} {kind:10} {figures}")


def main() -> None:
    """Measure look-ups, the bare query, and the nearest town."""
    from django.db import connection

    from listings.geocoding.gazetteer import find_places, nearest_place
    from listings.models import Place
    from listings.values.geo import Point

    texts = [text for line in TYPED.splitlines() for text in line.split("|")]
    print(f"{connection.vendor}, {Place.objects.count():,} places, {len(texts)} texts")
    measure("find_places", [lambda text=text: find_places(text) for text in texts])
    slugs = ["06103", "hartford-ct", "connecticut", "munich-de"] * 10
    bare = [lambda slug=slug: Place.objects.filter(slug=slug).first() for slug in slugs]
    measure("SELECT by slug", bare)
    points = [Point(41.76, -72.67), Point(40.7, -74.0), Point(44.0, -110.0), Point(48.85, 2.35)]
    measure("nearest_place", [lambda point=point: nearest_place(point) for point in points])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
    django.setup()
    main()
