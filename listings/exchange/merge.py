"""The three-way merge: what a source said last, what stands here, what the source says now.

Plain values in, a plan out; no database. Base is the record of this source imported last (None the
first time), ours is what the listing shows, theirs is the new record. Their change and nobody's
here: apply. Ours differs from base: keep ours and open a conflict. Locked: keep, in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from listings.curation.plan import Disagreement, Plan
from listings.exchange.values import Facts, Phones, Values
from listings.taxonomy import DEGREES
from listings.values.address import name_key, street_key

PROTECTED = frozenset({"name", "second_name", "website", "email", "address", "point", "phones"})
"""Fields that an untrusted source never changes by itself (a hijacked number can cost a life)."""

PLACED = frozenset({"address", "point"})
"""Fields that say where a listing is; they move together."""


@dataclass(frozen=True, slots=True)
class OurFact:
    """A fact as it stands: value and degree as one word, whose it is, and whether a person's."""

    said: str
    source: str
    curated: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class OurPhone:
    """A number as it stands."""

    number: str
    extension: str
    role: str
    source: str
    curated: bool = False


@dataclass(frozen=True, slots=True)
class Ours:
    """What the listing shows now."""

    fields: Mapping[str, Any]
    facts: Mapping[str, OurFact]
    phones: tuple[OurPhone, ...]
    meetings: tuple[Mapping[str, Any], ...]
    locked_fields: frozenset[str] = frozenset()


def merge(
    base: Values | None,
    ours: Ours,
    theirs: Values,
    *,
    source: str,
    trusted: bool,
    own: bool = True,
    others: Mapping[str, Values] | None = None,
) -> Plan:
    """Plan one listing's merge.

    ``trusted`` is False for an untrusted source's word on a listing that is here already. ``own``
    tells whether that source brought the listing; on any other, it fills not even an empty field.
    ``others`` are the present records of other sources by source code, so that what this source
    drops may stay in another's name.
    """
    plan = Plan()
    others = others or {}
    guest = not trusted and not own
    _merge_fields(plan, base, ours, theirs, trusted, guest)
    _merge_facts(plan, base["facts"] if base else {}, ours, theirs["facts"], source, others)
    if base is None:
        _join_phones(plan, ours, theirs["phones"], trusted)
    else:
        _merge_phones(plan, base["phones"], ours, theirs["phones"], trusted, others)
    _merge_meetings(plan, base, ours, theirs, guest)
    return plan


def same(name: str, left: Any, right: Any) -> bool:
    """Whether two values of a field say one thing, however they are written."""
    if left == right:
        return True
    if name in {"name", "second_name"}:
        return name_key(left or "") == name_key(right or "")
    if name == "address" and left and right:
        keys = ("city", "region", "postcode", "country", "withheld")
        return street_key(left["street"]) == street_key(right["street"]) and all(
            str(left[key]).casefold() == str(right[key]).casefold() for key in keys
        )
    return False


def _merge_fields(
    plan: Plan, base: Values | None, ours: Ours, theirs: Values, trusted: bool, guest: bool
) -> None:
    for name, new in theirs["fields"].items():
        standing = ours.fields.get(name)
        old = base["fields"].get(name) if base else None
        if (base and new == old) or same(name, new, standing) or name in ours.locked_fields:
            continue
        if base is None and _nothing(new):
            continue
        protected = guest or (name in PROTECTED and not trusted)
        # What is empty here may be filled, unless somebody here emptied it.
        free = _nothing(standing) and (base is None or _nothing(old))
        followed = base is not None and same(name, standing, old)
        if name in PLACED and base and ours.fields.get("point") != base["fields"].get("point"):
            followed = False  # somebody here gave it a point of its own
        if not protected and (free or followed):
            plan.fields[name] = new
            plan.before[name] = standing
        elif base is None and trusted and name in {"name", "second_name", "point"}:
            continue  # a second source's way of naming or placing it is no quarrel
        else:
            plan.conflicts.append(Disagreement(name, old, standing, new))


def _nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not (value.get("street") or value.get("city") or value.get("withheld"))
    return value in (None, "", [], ())


def _merge_facts(
    plan: Plan,
    base: Facts,
    ours: Ours,
    theirs: Facts,
    source: str,
    others: Mapping[str, Values],
) -> None:
    for code in sorted(base.keys() | theirs.keys()):
        old, new, standing = base.get(code), theirs.get(code), ours.facts.get(code)
        if old == new or (standing and standing.locked):
            continue
        if standing is None:
            if old is None and new is not None:
                plan.set_facts[code] = new
            elif new is not None:  # somebody here took it away
                plan.conflicts.append(Disagreement(f"fact:{code}", old, None, new))
        elif standing.said == new:
            continue
        elif standing.curated:
            if new is not None:  # that a source falls silent contradicts nobody
                plan.conflicts.append(Disagreement(f"fact:{code}", old, standing.said, new))
        elif standing.source == source:
            _follow(plan, code, new, others)
        elif new is not None:
            _second_voice(plan, code, old, standing.said, new)


def _follow(plan: Plan, code: str, new: str | None, others: Mapping[str, Values]) -> None:
    """The source's own fact: follow it; dropped, it stays in the name of another that holds it."""
    holder = next((name for name, values in others.items() if code in values["facts"]), None)
    if new is not None:
        plan.set_facts[code] = new
    elif holder is not None:
        plan.hand_over[code] = (others[holder]["facts"][code], holder)
    else:
        plan.drop_facts.add(code)


def _second_voice(plan: Plan, code: str, old: str | None, standing: str, new: str) -> None:
    """Another source's word on a fact: a stronger degree is taken, a contradiction is shown."""
    if (standing == "no") != (new == "no"):
        plan.conflicts.append(Disagreement(f"fact:{code}", old, standing, new))
    elif _strength(new) > _strength(standing):
        plan.set_facts[code] = new


def _strength(said: str) -> int:
    return DEGREES.index(said) if said in DEGREES else 0


def _join_phones(plan: Plan, ours: Ours, theirs: Phones, trusted: bool) -> None:
    """A source that names this listing for the first time adds the numbers that are new."""
    here = {(phone.number, phone.extension) for phone in ours.phones}
    for role, numbers in theirs.items():
        new = [pair for pair in _pairs(numbers) if pair not in here]
        if new and trusted:
            plan.add_phones += [(*pair, role) for pair in new]
            here.update(new)  # a number stands once, under the first role that names it
        elif new:
            plan.conflicts.append(Disagreement(f"phones:{role}", None, None, _lists(new)))


def _merge_phones(
    plan: Plan,
    base: Phones,
    ours: Ours,
    theirs: Phones,
    trusted: bool,
    others: Mapping[str, Values],
) -> None:
    here = {(phone.number, phone.extension): phone for phone in ours.phones}
    elsewhere = {pair for values in others.values() for pair in _roles(values["phones"])}
    free = {pair for pair, p in here.items() if not p.curated and pair not in elsewhere}
    old, new = _roles(base), _roles(theirs)
    for role in sorted({*old.values(), *new.values()}):
        was = [pair for pair, under in old.items() if under == role]
        named = [pair for pair, under in new.items() if under == role]
        added = [pair for pair in named if pair not in old and pair not in here]
        removed = [pair for pair in was if pair not in new and pair in free]
        # The same number under another role: taken out and put in again.
        moved = [
            pair for pair in named
            if pair in free and here[pair].role == old.get(pair, role) != role
        ]  # fmt: skip
        if not (added or removed or moved) or f"phones:{role}" in ours.locked_fields:
            continue
        # Somebody here added a number of this role, or took one of the source's away.
        touched = any(phone.curated and phone.role == role for phone in ours.phones)
        touched = touched or any(pair not in here for pair in was)
        if trusted and not touched:
            plan.add_phones += [(*pair, role) for pair in (*added, *moved)]
            plan.drop_phones += [*removed, *moved]
        elif added or moved or not touched:
            shown = [[p.number, p.extension] for p in ours.phones if p.role == role]
            plan.conflicts.append(
                Disagreement(f"phones:{role}", base.get(role, []), shown, theirs.get(role, []))
            )


def _roles(phones: Phones) -> dict[tuple[str, str], str]:
    """Each number with the first role that names it."""
    roles: dict[tuple[str, str], str] = {}
    for role, numbers in phones.items():
        for pair in _pairs(numbers):
            roles.setdefault(pair, role)
    return roles


def _pairs(numbers: list[list[str]]) -> list[tuple[str, str]]:
    return [(number, extension) for number, extension in numbers]


def _lists(pairs: list[tuple[str, str]]) -> list[list[str]]:
    return [[number, extension] for number, extension in pairs]


def _merge_meetings(
    plan: Plan, base: Values | None, ours: Ours, theirs: Values, guest: bool
) -> None:
    new = theirs["meetings"]
    old = base["meetings"] if base else []
    if new == old:
        return
    standing = [dict(meeting) for meeting in ours.meetings]
    # They stand here by day and hour, in a file in any order.
    if not guest and (not standing or _in_any_order(standing) == _in_any_order(old)):
        plan.meetings = new
        plan.before["meetings"] = standing
    elif _in_any_order(standing) != _in_any_order(new):
        plan.conflicts.append(Disagreement("meetings", old, standing, new))


def _in_any_order(meetings: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, repr(value)) for name, value in one.items()) for one in meetings)
