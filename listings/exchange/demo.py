"""The demonstration catalogue: made-up listings from data/demo.toml, the same on every machine.

They take the road of every import: ``demo_reading`` gives what a reader gives. What is not spelt
out in the file is drawn from hashes of the listing's own id, so that nothing depends on chance.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from listings.exchange.readers.base import Reading
from listings.exchange.records import ListingRecord, MeetingRecord, PhoneRecord, SourceSpec
from listings.taxonomy import Claim, Degree, facets, terms

FILE: Final = Path(__file__).parent / "data" / "demo.toml"
DEMO: Final = SourceSpec(
    code="demo",
    name="Demonstration (made-up listings)",
    url="",
    policy="register",
    licence="Made up; free to use",
    is_demo=True,
)
CURATOR = "curator"
GROUP = "Demonstration curators"
"""Login and group of the demonstration's curator; the admin lets them in nowhere else."""

_FIRST_FICTIONAL = 100
_START_TIMES = (dt.time(17, 30), dt.time(18, 0), dt.time(18, 30), dt.time(19, 0), dt.time(19, 30))
Table = Mapping[str, Any]


def demo_reading() -> Reading:
    """The demonstration as a reading, like that of any file."""
    return Reading(DEMO, iter(demo_records()))


def demo_records() -> list[ListingRecord]:
    """All made-up listings, in the file's order."""
    return list(_records())


def demo_hash(records: list[ListingRecord]) -> str:
    """SHA-256 over everything the demonstration says, to tell whether it changed."""
    return hashlib.sha256(repr(records).encode()).hexdigest()


def demo_openings(records: list[ListingRecord]) -> dict[str, str]:
    """External id → state of admissions (open, waiting-list, full), for places with beds.

    About half of them are left out: not known.
    """
    with_beds = {"detox", "inpatient"}
    found = {
        record.external_id: _opening(record.external_id)
        for record in records
        if any(claim.value and claim.term in with_beds for claim in record.claims)
    }
    return {identity: state for identity, state in found.items() if state}


def _opening(identity: str) -> str:
    roll = _per_cent(identity, "opening")
    return "open" if roll < 25 else "waiting-list" if roll < 40 else "full" if roll < 50 else ""


def _records() -> Iterator[ListingRecord]:
    data = _data()
    row = 0
    for number, town in enumerate(data["town"]):
        place = 0
        for kind in data["kind"]:
            for _ in range(kind.get("per_town", 0)):
                row += 1
                name = _first_name(number * 5 + place)
                yield _Maker(row, kind, f"{town['slug']}-{place + 1:02}", name, place).local(town)
                place += 1
    for kind in data["kind"]:
        for place in range(kind.get("online", 0)):
            row += 1
            name = _first_name(place)
            yield _Maker(row, kind, f"online-{place + 1:02}", name, place).online(data["online"])


@cache
def _data() -> Table:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _first_name(number: int) -> str:
    names: list[str] = _data()["first_names"]
    return names[number % len(names)]


def _per_cent(*key: str) -> int:
    """A number from 0 to 99 that belongs to the key and to nothing else."""
    return int.from_bytes(hashlib.sha256("|".join(key).encode()).digest()[:4], "big") % 100


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes one listing; ``place`` is its number within its town, from 0."""

    row: int
    kind: Table
    identity: str
    first_name: str
    place: int

    def local(self, town: Table) -> ListingRecord:
        """A listing with an address in a town."""
        withheld = self._roll("withheld") < self.kind.get("withheld_per_cent", 0)
        streets = _data()["streets"]
        return self._record(
            second_name=town["city"],
            street="" if withheld else f"{100 + 10 * self.place} {streets[self.place % 4]}",
            city=town["city"],
            region=town["region"],
            postcode=town["postcodes"][self._pick("postcode", len(town["postcodes"]))],
            address_withheld=withheld,
            phones=self._phones(town["area_code"]),
            meetings=self._meetings(town["timezone"]),
        )

    def online(self, online: Table) -> ListingRecord:
        """A group without an address."""
        zones = online["timezones"]
        return self._record(
            second_name="Online",
            phones=self._phones(online["area_code"]),
            meetings=self._meetings(zones[self.place % len(zones)]),
        )

    def _record(self, **values: Any) -> ListingRecord:
        hours = self.kind.get("opening_hours", [""])
        return ListingRecord(
            row=self.row,
            external_id=self.identity,
            name=f"Example {self.first_name} {self.kind['name']} (made up)",
            provider=f"Example {self.first_name} Care (made up)",
            description=_data()["description"],
            language="en",
            website="https://example.org/" if self._roll("website") < 60 else "",
            email="office@example.org" if self._roll("email") < 40 else "",
            opening_hours=hours[self._pick("hours", len(hours))],
            claims=self._claims(),
            raw={"demonstration": self.identity},
            **values,
        )

    def _phones(self, area_code: str) -> tuple[PhoneRecord, ...]:
        line = _FIRST_FICTIONAL + 2 * self.place
        main = PhoneRecord(f"+1{area_code}5550{line}")
        if not self.kind.get("intake") or self._roll("intake") >= 50:
            return (main,)
        return (main, PhoneRecord(f"+1{area_code}5550{line + 1}", role="intake"))

    def _meetings(self, zone: str) -> tuple[MeetingRecord, ...]:
        ways = self.kind.get("attendance", [])
        first_day = self._pick("weekday", 7)
        return tuple(
            MeetingRecord(
                weekday=(first_day + 3 * number) % 7 + 1,
                start=_START_TIMES[self._pick(f"start{number}", len(_START_TIMES))],
                timezone=zone,
                duration_minutes=90 if self._roll("long") < 40 else 60,
                attendance=self._attendance(ways),
                name=self.kind["meeting_name"],
                notes="A made-up meeting.",
            )
            for number in range(self.kind.get("meetings", 0))
        )

    def _attendance(self, ways: list[str]) -> str:
        return ways[self._pick("attendance", len(ways))]

    def _claims(self) -> tuple[Claim, ...]:
        said: dict[str, tuple[bool, Degree]] = {}
        for term, (yes, no) in self.kind.get("maybe", {}).items():
            roll = self._roll(term)
            if roll < yes + no:
                said[term] = (roll < yes, "")
        for term in (*self.kind["yes"], *self._one_of()):
            said[term] = (True, "")
        if (
            "hybrid" in self.kind.get("attendance", ())
            and self._attendance(self.kind["attendance"]) == "hybrid"
        ):
            said["hybrid"] = (True, "")
        self._degrees(said)
        _add_parents(said)
        order = {code: number for number, code in enumerate(terms())}
        return tuple(
            Claim(term, *said[term]) for term in sorted(said, key=lambda term: order[term])
        )

    def _one_of(self) -> tuple[str, ...]:
        roll = self._roll("one of")
        for term, share in self.kind.get("one_of", {}).items():
            if roll < share:
                return (term,)
            roll -= share
        return ()

    def _degrees(self, said: dict[str, tuple[bool, Degree]]) -> None:
        """Give the yeses for people their degree; who serves only one group serves no other."""
        only = [
            term for term, share in self.kind.get("only", {}).items()
            if said.get(term, (False, ""))[0] and self._roll(f"only {term}") < share
        ]  # fmt: skip
        for term in [term for term, (yes, _) in said.items() if yes]:
            if not facets()[terms()[term].facet].degrees:
                continue
            own = self._roll(f"own {term}") < self.kind.get("dedicated", {}).get(term, 0)
            said[term] = (True, "dedicated" if own else "accepts")
        if len(only) == 1:
            for other in self.kind["only"]:
                said[other] = (False, "")
            said[only[0]] = (True, "only")

    def _roll(self, *key: str) -> int:
        return _per_cent(self.identity, *key)

    def _pick(self, key: str, count: int) -> int:
        return _per_cent(self.identity, key) % count


def _add_parents(said: dict[str, tuple[bool, Degree]]) -> None:
    """Whoever offers a kind of a thing offers the thing; a wider no gives way."""
    for term in [term for term, (yes, _) in said.items() if yes]:
        parent = terms()[term].parent
        while parent:
            if not said.get(parent, (False, ""))[0]:
                said[parent] = (True, "")
            parent = terms()[parent].parent
