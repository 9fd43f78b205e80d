"""The meaning of a search written a second time, over plain facts and with other formulas."""

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from listings.models import Fact, Listing, Meeting, Opening, Source, Term
from listings.search.criteria import Area, Circle, SearchCriteria
from listings.values.geo import Point

NOW = dt.datetime(2026, 11, 22, 20, 30, tzinfo=dt.UTC)
TODAY = NOW.date()
FACETS = ("type", "payment", "language", "population", "attendance")
CENTRES = (
    Point(41.76, -72.67), Point(89.5, 10.0), Point(-89.9, -120.0), Point(0.0, 179.9),
    Point(51.5, -179.95), Point(0.0, 0.0),
)  # fmt: skip
ZONES = ("America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "")
HOURS = {"": None, "24/7": (0, 1440), "Mo-Su 09:00-17:00": (540, 1020)}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A part of the day by the hour at which a meeting starts; before four it is the night before.
PARTS = ("night",) * 4 + ("morning",) * 8 + ("afternoon",) * 5 + ("evening",) * 4 + ("night",) * 3
WORDS = ("harbor", "hope", "river", "clinic", "centre")


@dataclass
class Truth:
    """One listing as the oracle sees it: plain facts, no bits."""

    listing: Listing
    facts: dict[str, tuple[bool, str]]
    opening: tuple[str, int] | None = None
    meetings: list[tuple[int, int, int, str]] = field(default_factory=list)


def some_truths(
    dice: random.Random, source: Source, terms: Sequence[Term], count: int
) -> list[Truth]:
    """Listings at every awkward place of the Earth, not saved."""
    truths = []
    for _ in range(count):
        centre = dice.choice(CENTRES)
        listing = Listing(
            source=source,
            status=dice.choice(["published"] * 8 + ["draft", "closed", "temporarily-closed"]),
            name=" ".join(dice.choices(WORDS, k=2)) + dice.choice(["", " Ähre", " Ωmega", " 2"]),
            city=dice.choice(["Hartford", "Riverton", ""]),
            country=dice.choice(["US", "CA", ""]),
            region=dice.choice(["CT", "NY", "ON", ""]),
            timezone=dice.choice(ZONES),
            opening_hours=dice.choice(list(HOURS)),
            online_only=dice.random() < 0.1,
            unverified=dice.random() < 0.1,
            last_seen_on=TODAY - dt.timedelta(days=dice.choice([0, 1, 40, 364, 366, 900])),
        )
        if dice.random() < 0.95:
            listing.latitude = max(-90.0, min(90.0, centre.latitude + dice.gauss(0, 0.6)))
            listing.longitude = (centre.longitude + dice.gauss(0, 0.8) + 180) % 360 - 180
            listing.precision = "exact"
        truth = Truth(listing, _some_facts(dice, terms))
        if dice.random() < 0.3:
            hours = dice.choice([-1, 1, 30])
            truth.opening = (dice.choice(["open", "waiting-list", "full"]), hours)
        if dice.random() < 0.4:
            truth.meetings = [
                (dice.randint(1, 7), dice.randrange(0, 1440, 30), dice.choice([0, 60, 90]),
                 dice.choice(ZONES[:3]))
                for _ in range(dice.randint(1, 3))
            ]  # fmt: skip
        truths.append(truth)
    return truths


def _some_facts(dice: random.Random, terms: Sequence[Term]) -> dict[str, tuple[bool, str]]:
    facts = {}
    for term in terms:
        known = dice.random()
        if known < 0.25:
            degree = dice.choice(["", "accepts", "dedicated", "only"])
            facts[term.code] = (True, degree if term.facet == "population" else "")
        elif known < 0.35:
            facts[term.code] = (False, "")
    return facts


def save(truths: Sequence[Truth], terms: Sequence[Term], source: Source) -> None:
    """Write what hangs on listings that are saved already."""
    by_code = {term.code: term for term in terms}
    Fact.objects.bulk_create(
        Fact(listing=truth.listing, term=by_code[code], value=value, degree=degree, source=source)
        for truth in truths
        for code, (value, degree) in truth.facts.items()
    )
    Meeting.objects.bulk_create(
        Meeting(
            listing=truth.listing, weekday=day, start=dt.time(minute // 60, minute % 60),
            duration_minutes=length or None, timezone=zone, attendance="online", source=source,
        )
        for truth in truths
        for day, minute, length, zone in truth.meetings
    )  # fmt: skip
    Opening.objects.bulk_create(
        Opening(
            listing=truth.listing, state=truth.opening[0], source=source,
            as_of=NOW - dt.timedelta(days=2), expires_at=NOW + dt.timedelta(hours=truth.opening[1]),
        )
        for truth in truths
        if truth.opening
    )  # fmt: skip


def miles(a: Point, b: Point) -> float:
    """Great circle by cross and dot products of vectors: another formula than the search uses."""

    def vector(point: Point) -> tuple[float, float, float]:
        lat, lon = math.radians(point.latitude), math.radians(point.longitude)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    u, v = vector(a), vector(b)
    cross = math.hypot(
        u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
    )
    return 3958.7613 * math.atan2(cross, sum(x * y for x, y in zip(u, v, strict=True)))


@dataclass
class Oracle:
    """Answers criteria by looking at every listing."""

    truths: list[Truth]
    facet_of: dict[str, str]

    def search(
        self, criteria: SearchCriteria
    ) -> tuple[list[int], dict[str, tuple[int, int]], dict[tuple[str, str], tuple[int, int]]]:
        """Keys in order; counts by term; counts by question of time and value."""
        found, missed_by = self.matches(criteria)
        counts = {
            code: self.count(missed_by, facet, lambda truth, code=code: _fact(truth, code))
            for code, facet in self.facet_of.items()
        }
        return found, counts, self.times(missed_by, criteria)

    def keys(self, criteria: SearchCriteria) -> list[int]:
        """Keys in order alone."""
        return self.matches(criteria)[0]

    def matches(self, criteria: SearchCriteria) -> tuple[list[int], list[tuple[Truth, set[str]]]]:
        """Keys in order; and each listing in scope with the facets whose choice it misses."""
        facets = [*criteria.chosen, *(["programme"] if criteria.programmes else [])]
        facets += [facet for facet in ("open", "opening") if criteria.times.get(facet)]
        facets += ["meets"] if {"day", "part"} & criteria.times.keys() else []
        found, missed_by = [], []
        for truth in self.truths:
            inside, far = self.in_scope(truth, criteria)
            if not inside:
                continue
            answers = {facet: self.answer(truth, facet, criteria) for facet in facets}
            missed = {facet for facet, said in answers.items() if said == "no"}
            missed_by.append((truth, missed))
            if not missed:
                known = all(said == "yes" for said in answers.values())
                found.append((self.key(truth, far, known, criteria), truth.listing.pk))
        found.sort()
        return [pk for _, pk in found], missed_by

    def in_scope(self, truth: Truth, criteria: SearchCriteria) -> tuple[bool, float | None]:
        listing, scope = truth.listing, criteria.scope
        stale = not criteria.older and TODAY - listing.last_seen_on > dt.timedelta(days=365)
        if listing.status not in {"published", "temporarily-closed"} or stale:
            return False, None
        if criteria.text and not all(
            any(word.startswith(typed) for word in _words(listing.name + " " + listing.city))
            for typed in criteria.text.split()
        ):
            return False, None
        if scope is None:
            return True, None
        if listing.online_only:
            asked = {"online", "hybrid"} & set(criteria.chosen.get("attendance", ()))
            here = scope if isinstance(scope, Area) else criteria.here
            return bool(asked) and _serves(listing, here), None
        if isinstance(scope, Area):
            fits = scope.region in {"", listing.region}
            return listing.country == scope.country and fits, None
        if listing.point is None:
            return False, None
        far = miles(scope.centre, listing.point)
        return far <= scope.miles, far

    def answer(self, truth: Truth, facet: str, criteria: SearchCriteria) -> str:
        if facet == "programme":
            degrees = [truth.facts.get(code, (False, ""))[1] for code in criteria.programmes]
            return "yes" if {"dedicated", "only"} & set(degrees) else "no"
        if facet == "meets":
            days, parts = criteria.times.get("day", ()), criteria.times.get("part", ())
            return "yes" if _meets(truth, days, parts) else "no"
        if facet in criteria.times:
            known = [_time(truth, facet, value) for value in criteria.times[facet]]
        else:
            known = [_fact(truth, code) for code in criteria.chosen[facet]]
        if True in known:
            return "yes"
        strict = facet in {"type", *criteria.known_only}
        return "not known" if None in known and not strict else "no"

    def key(
        self, truth: Truth, far: float | None, known: bool, criteria: SearchCriteria
    ) -> tuple[object, ...]:
        listing = truth.listing
        own = _words(listing.name)
        unnamed = not all(any(w.startswith(t) for w in own) for t in criteria.text.split())
        measured = isinstance(criteria.scope, Circle)
        distance = math.inf if far is None else round(far, 3)
        where = distance if measured else listing.name.casefold().encode()
        age, tie = TODAY - listing.last_seen_on, listing.public_id.int & (2**64 - 1)
        usual = {
            "unverified": listing.unverified, "unnamed": unnamed, "unknown": not known,
            "where": where, "age": age, "tie": tie,
        }  # fmt: skip
        first = {
            "best": (), "distance": (distance,) if measured else (), "checked": (age,),
            "name": (listing.name.casefold().encode(),), "opening": (_wait(truth),),
            "meeting": (_until(truth),),
        }[criteria.sort]  # fmt: skip
        return (*first, *usual.values())

    def count(self, missed_by, facet, said) -> tuple[int, int]:  # type: ignore[no-untyped-def]
        """Known yes and not known among those that miss nothing but this facet's choice."""
        values = [said(truth) for truth, missed in missed_by if not missed - {facet}]
        return values.count(True), values.count(None)

    def times(self, missed_by, criteria):  # type: ignore[no-untyped-def]
        days, parts = criteria.times.get("day", ()), criteria.times.get("part", ())
        counts = {("open", "now"): self.count(missed_by, "open", lambda t: _time(t, "open", "now"))}
        for state in ("open", "waiting-list", "full"):
            counts["opening", state] = self.count(
                missed_by, "opening", lambda t, state=state: _time(t, "opening", state)
            )
        for day in ("today", "tonight", *DAYS):
            counts["day", day] = self.count(
                missed_by, "meets", lambda t, day=day: _meets(t, (day,), parts)
            )
        for part in ("morning", "afternoon", "evening", "night"):
            counts["part", part] = self.count(
                missed_by, "meets", lambda t, part=part: _meets(t, days, (part,))
            )
        return counts


def _fact(truth: Truth, code: str) -> bool | None:
    return truth.facts[code][0] if code in truth.facts else None


def _words(text: str) -> list[str]:
    return text.lower().replace("ä", "a").split()


def _serves(listing: Listing, here: Area | None) -> bool:
    if here is None or not listing.country:
        return True
    same_region = not listing.region or not here.region or listing.region == here.region
    return listing.country == here.country and same_region


def _time(truth: Truth, facet: str, value: str) -> bool | None:
    listing = truth.listing
    if facet == "opening":
        holds = truth.opening is not None and truth.opening[1] > 0
        return truth.opening[0] == value if holds and truth.opening else None
    hours = HOURS[listing.opening_hours]
    if hours is None or not listing.timezone:
        return None
    local = NOW.astimezone(ZoneInfo(listing.timezone))
    return hours[0] <= local.hour * 60 + local.minute < hours[1]


def _coming(meeting: tuple[int, int, int, str]) -> tuple[dt.datetime, dt.datetime]:
    """Local start and end of the meeting that is on or comes next, minute by minute."""
    day, minute, length, zone = meeting
    local = NOW.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
    for ahead in range(-1, 8):
        date = local.date() + dt.timedelta(days=ahead)
        start = dt.datetime.combine(date, dt.time(minute // 60, minute % 60))
        end = start + dt.timedelta(minutes=length or 60)
        if date.isoweekday() == day and end > local:
            return start, end
    raise AssertionError("Every week has every weekday.")


def _meets(truth: Truth, days: Sequence[str], parts: Sequence[str]) -> bool:
    for meeting in truth.meetings:
        start, _ = _coming(meeting)
        zone = ZoneInfo(meeting[3])
        local = NOW.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
        weekday = (meeting[0] - 1 - (meeting[1] < 240)) % 7
        on = [DAYS[weekday]]
        if start.date() == local.date():
            on.append("today")
        night = local.date() - dt.timedelta(days=local.hour < 4)
        five = dt.datetime.combine(night, dt.time(17))
        if five <= start < five + dt.timedelta(hours=11):
            on.append("tonight")
        if (not days or set(days) & set(on)) and (not parts or PARTS[meeting[1] // 60] in parts):
            return True
    return False


def _wait(truth: Truth) -> float:
    if truth.opening is None or truth.opening[1] <= 0:
        return math.inf
    return {"open": 0, "waiting-list": 1, "full": 2}[truth.opening[0]]


def _until(truth: Truth) -> float:
    waits = []
    for meeting in truth.meetings:
        local = NOW.astimezone(ZoneInfo(meeting[3])).replace(second=0, microsecond=0, tzinfo=None)
        waits.append(max(0.0, (_coming(meeting)[0] - local).total_seconds()))
    return min(waits, default=math.inf)
