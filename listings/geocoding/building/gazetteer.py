"""The entries of the gazetteer from Census, us-atlas and GeoNames data.

Points of countries and of provinces are the mean of their towns, weighted by people, because no
source gives them one; points of states and counties are the middle of their area.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from tzfpy import get_tz

from listings.geocoding.building.atlas import Shape
from listings.geocoding.building.names import LEAST_PEOPLE, other_names
from listings.geocoding.building.slugs import Slugs, slug_of
from listings.geocoding.building.sources import GeoNames, Zcta
from listings.geocoding.datafile import Entry
from listings.values.geo import equal_area_radius_miles
from listings.values.states import NATIONS, PROVINCES, STATE_BY_FIPS, TERRITORIES

# GeoNames numbers the provinces of Canada.
_CANADA = dict(
    zip(
        ("01", "02", "03", "04", "05", "07", "08", "09", "10", "11", "12", "13", "14"),
        ("AB", "BC", "MB", "NB", "NL", "NS", "ON", "PE", "QC", "SK", "YT", "NT", "NU"),
        strict=True,
    )
)
_ALSO_NAMED = {"PE": ("PEI",)}


class Town(NamedTuple):
    """A town of GeoNames with country and region as this site names them."""

    geonameid: int
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    people: int
    timezone: str
    alternates: list[str]


def towns_of(cities: Iterable[dict[str, Any]]) -> list[Town]:
    """Towns, most populous first; territories of the United States count as its regions."""
    towns = [_town(city) for city in cities]
    return sorted(towns, key=lambda town: (-town.people, town.geonameid))


def _town(city: dict[str, Any]) -> Town:
    country, region = city["countrycode"], city["admin1code"]
    if country in TERRITORIES:
        country, region = "US", country
    elif country == "CA":
        region = _CANADA.get(region, "")
    elif not region.isalpha():
        region = ""  # a number that nobody outside GeoNames would recognise
    return Town(
        city["geonameid"],
        city["name"],
        country,
        region,
        round(city["latitude"], 4),
        round(city["longitude"], 4),
        city["population"],
        city["timezone"],
        city["alternatenames"],
    )


class GazetteerBuilder:
    """Collects entries; the order of the calls in `build` decides who gets a contested slug."""

    def __init__(self, geonames: GeoNames, states: list[Shape], counties: list[Shape]) -> None:
        self.towns = towns_of(geonames.cities)
        self.countries = geonames.countries
        self.county_names = {county["fips"]: county["name"] for county in geonames.counties}
        self.states = states
        self.counties = counties
        self.slugs = Slugs()

    def build(self, zctas: list[Zcta]) -> list[Entry]:
        """All entries of the file."""
        return [
            *self._states(),
            *self._provinces(),
            *self._countries(),
            *self._counties(),
            *self._zips(zctas),
            *(self._town_entry(town) for town in self.towns),
        ]

    def _states(self) -> Iterable[Entry]:
        people: Counter[str] = Counter()
        for town in self.towns:
            if town.country == "US":
                people[town.region] += town.people
        for shape in self.states:
            state = STATE_BY_FIPS[shape.fips]
            lat, lon, radius = shape.centre()
            yield Entry(
                "state", self.slugs.take(slug_of(state.name)), state.name, "US", state.code,
                round(lat, 4), round(lon, 4), None, people[state.code],
                round(radius, 1) if radius else None, "",
                (state.code, f"{state.name} State"),
            )  # fmt: skip

    def _provinces(self) -> Iterable[Entry]:
        inside = defaultdict(list)
        for town in self.towns:
            inside[town.country, town.region].append(town)
        for country, names in (("CA", PROVINCES), ("GB", NATIONS)):
            for code, name in names.items():
                lat, lon = _middle(inside[country, code])
                people = sum(town.people for town in inside[country, code])
                slug = self.slugs.take(slug_of(name), f"{slug_of(name)}-{country.lower()}")
                names_too = (code, *_ALSO_NAMED.get(code, ()))
                yield Entry(
                    "province", slug, name, country, code, lat, lon, None, people, names=names_too
                )

    def _countries(self) -> Iterable[Entry]:
        inside = defaultdict(list)
        for town in self.towns:
            inside[town.country].append(town)
        for country in self.countries:
            code = country["iso"]
            if not inside[code]:
                continue  # uninhabited, or one of the territories that count as states
            lat, lon = _middle(inside[code])
            name = country["name"]
            # “uk” is nobody's ISO code, but the end of British web addresses, and what people say.
            short = {code, country["iso3"], country["tld"].lstrip(".").upper()} - {""}
            yield Entry(
                "country",
                self.slugs.take(slug_of(name), f"{slug_of(name)}-{code.lower()}"),
                name, code, "", lat, lon, country["population"] or None, 0,
                round(equal_area_radius_miles(country["areakm2"]), 1) or None, "",
                tuple(sorted(short)),
            )  # fmt: skip

    def _counties(self) -> Iterable[Entry]:
        people = self._people_by_county()
        for shape in sorted(self.counties, key=lambda shape: shape.fips):
            name, state = self.county_names.get(shape.fips), STATE_BY_FIPS[shape.fips[:2]].code
            if name is None:
                continue  # a county that has since been divided
            lat, lon, radius = shape.centre()
            slug = f"{slug_of(name)}-{state.lower()}"
            yield Entry(
                "county", self.slugs.take(slug, f"{slug}-{shape.fips}"), name, "US", state,
                round(lat, 4), round(lon, 4), None, people[shape.fips],
                round(radius, 1) if radius else None,
            )  # fmt: skip

    def _people_by_county(self) -> Counter[str]:
        by_state = defaultdict(list)
        for shape in self.counties:
            by_state[STATE_BY_FIPS[shape.fips[:2]].code].append(shape)
        people: Counter[str] = Counter()
        for town in self.towns:
            if town.country == "US" and town.people:
                for shape in by_state[town.region]:
                    if (town.longitude, town.latitude) in shape:
                        people[shape.fips] += town.people
                        break
        return people

    def _zips(self, zctas: list[Zcta]) -> Iterable[Entry]:
        prefixes = defaultdict(list)
        for zcta in zctas:
            state = self._state_at(zcta.longitude, zcta.latitude)
            zone = get_tz(zcta.longitude, zcta.latitude)
            prefixes[zcta.code[:3]].append((state, zone, zcta))
            yield Entry(
                "zip", self.slugs.take(zcta.code), zcta.code, "US", state,
                round(zcta.latitude, 4), round(zcta.longitude, 4), timezone=zone,
            )  # fmt: skip
        for prefix, members in prefixes.items():
            yield self._prefix(prefix, members)

    def _prefix(self, prefix: str, members: list[tuple[str, str, Zcta]]) -> Entry:
        """The middle of the ZIP codes that begin so, in the state where most of them lie.

        967 is Hawaii but for one code in American Samoa: a mean of both would lie in the sea.
        """
        ((state, _),) = Counter(state for state, _, _ in members).most_common(1)
        here = [(zone, zcta) for where, zone, zcta in members if where == state]
        zones = {zone for zone, _ in here}
        return Entry(
            "prefix", self.slugs.take(f"zip-{prefix}"), prefix, "US",
            state if len(here) == len(members) else "",
            round(sum(zcta.latitude for _, zcta in here) / len(here), 4),
            round(sum(zcta.longitude for _, zcta in here) / len(here), 4),
            timezone=zones.pop() if len(zones) == 1 else "",
        )  # fmt: skip

    def _state_at(self, lon: float, lat: float) -> str:
        """The state by the full borders; on a shore, of the nearest corner."""
        for shape in self.states:
            if (lon, lat) in shape:
                return STATE_BY_FIPS[shape.fips].code
        nearest = min(
            self.states,
            key=lambda shape: min(
                math.dist((lon, lat), corner) for ring in shape.rings for corner in ring
            ),
        )
        return STATE_BY_FIPS[nearest.fips].code

    def _town_entry(self, town: Town) -> Entry:
        names = other_names(town.name, town.alternates) if town.people >= LEAST_PEOPLE else ()
        return Entry(
            "town", self.slugs.town(town.name, town.country, town.region, town.geonameid),
            town.name, town.country, town.region, town.latitude, town.longitude,
            town.people or None, 0, None, town.timezone, names,
        )  # fmt: skip


def _middle(towns: list[Town]) -> tuple[float, float]:
    """The mean of the towns on the sphere, weighted by people."""
    x = y = z = 0.0
    for town in towns:
        lat, lon = math.radians(town.latitude), math.radians(town.longitude)
        weight = max(town.people, 1)
        x += weight * math.cos(lat) * math.cos(lon)
        y += weight * math.cos(lat) * math.sin(lon)
        z += weight * math.sin(lat)
    return (
        round(math.degrees(math.atan2(z, math.hypot(x, y))), 4),
        round(math.degrees(math.atan2(y, x)), 4),
    )
