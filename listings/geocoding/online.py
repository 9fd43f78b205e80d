"""An online geocoder for curators' addresses; off unless the setting GEOCODER names one.

Visitors' words never come here. A service that is slow or down costs a curator at most three
seconds, and after three failures nothing for a minute; the address then keeps its postcode's point.
One request a second is a limit of each server process.
"""

import hashlib
import time
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache as django_cache
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Pelias
from geopy.geocoders.base import Geocoder

from listings.geocoding.errors import GeocodingError
from listings.values.geo import Point

TIMEOUT_SECONDS = 2
SECONDS_BETWEEN_REQUESTS = 1.0
LONGEST_WAIT_SECONDS = 1.0
FAILURES_TO_OPEN = 3
OPEN_SECONDS = 60.0
KEPT_SECONDS = 30 * 24 * 3600

# What geopy's parsers let through when a service answers with something else than it promises.
_GARBAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError)


class OnlineGeocoder:
    """A geopy geocoder with a limit, a breaker and a cache around it.

    `country_option` is the name of the geocoder's keyword that takes a country.
    """

    def __init__(
        self,
        geocoder: Geocoder,
        country_option: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._geocoder = geocoder
        self._country_option = country_option
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._next_request = 0.0
        self._failures = 0
        self._open_until = 0.0

    def locate(self, address: str, country: str) -> Point | None:
        """The point of a street address; None when the service does not know it.

        Raises GeocodingError when the service cannot be asked now.
        """
        key = _cache_key(address, country)
        kept: tuple[float, float] | str | None = django_cache.get(key)
        if kept is None:
            point = self._ask(address, country)
            kept = (point.latitude, point.longitude) if point else "unknown"
            django_cache.set(key, kept, KEPT_SECONDS)
        return None if isinstance(kept, str) else Point(*kept)

    def _ask(self, address: str, country: str) -> Point | None:
        self._wait_for_turn()
        try:
            found: Any = self._geocoder.geocode(address, **{self._country_option: country})
            point = Point(found.latitude, found.longitude) if found else None
        except (GeopyError, *_GARBAGE) as error:
            self._failed()
            raise GeocodingError(
                "The address service gave no usable answer; the point of the postcode is kept. "
                "Try again later."
            ) from error
        with self._lock:
            self._failures = 0
        return point

    def _wait_for_turn(self) -> None:
        with self._lock:
            now = self._clock()
            if now < self._open_until:
                raise GeocodingError(
                    "The address service failed repeatedly and is left alone for a minute; "
                    "the point of the postcode is kept."
                )
            wait = max(0.0, self._next_request - now)
            if wait > LONGEST_WAIT_SECONDS:
                raise GeocodingError("The address service is busy. Try again in a few seconds.")
            self._next_request = now + wait + SECONDS_BETWEEN_REQUESTS
        if wait:
            self._sleep(wait)

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                # Failures are kept, so that one more after the pause opens it again at once.
                self._open_until = self._clock() + OPEN_SECONDS


def _cache_key(address: str, country: str) -> str:
    return "geocode-" + hashlib.sha256(f"{country}\n{address}".encode()).hexdigest()


@cache
def online_geocoder() -> OnlineGeocoder | None:
    """The geocoder that the settings GEOCODER and GEOCODER_URL choose; None when it is off."""
    if not settings.GEOCODER:
        return None
    url = urlsplit(settings.GEOCODER_URL or "https://nominatim.openstreetmap.org")
    options = {
        "timeout": TIMEOUT_SECONDS,
        "scheme": url.scheme,
        "user_agent": f"{settings.SITE_NAME} (treatment directory)",
    }
    domain = f"{url.netloc}{url.path}".rstrip("/")
    if settings.GEOCODER == "pelias":
        return OnlineGeocoder(Pelias(domain, **options), "countries")
    return OnlineGeocoder(Nominatim(domain=domain, **options), "country_codes")
