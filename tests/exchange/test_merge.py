"""The three-way merge as a table: base, ours, theirs → what happens."""

from typing import Any

import pytest

from listings.curation.plan import Plan
from listings.exchange.merge import OurFact, OurPhone, Ours, merge
from listings.exchange.values import Values

A, B, C = ["+12025550101", ""], ["+12025550102", ""], ["+12025550103", ""]
ADDRESS = {
    "street": "1 Mill Street", "city": "Akron", "region": "OH", "postcode": "44301",
    "country": "US", "withheld": False,
}  # fmt: skip


def values(**parts: Any) -> Values:
    return {
        "fields": parts.get("fields", {}),
        "phones": parts.get("phones", {}),
        "facts": parts.get("facts", {}),
        "meetings": parts.get("meetings", []),
    }


def ours(**parts: Any) -> Ours:
    return Ours(
        parts.get("fields", {}),
        parts.get("facts", {}),
        parts.get("phones", ()),
        parts.get("meetings", ()),
        frozenset(parts.get("locked", ())),
    )


def run(base: Values | None, standing: Ours, theirs: Values, **how: Any) -> Plan:
    return merge(base, standing, theirs, source="here", trusted=how.pop("trusted", True), **how)


IMPORTED, ELSEWHERE = OurFact("yes", "here"), OurFact("yes", "other")
CURATED, LOCKED = OurFact("yes", "here", curated=True), OurFact("yes", "here", locked=True)


@pytest.mark.parametrize(
    ("base", "standing", "theirs", "outcome"),
    [
        pytest.param(None, None, "yes", "set yes", id="new fact"),
        pytest.param(None, None, None, "nothing", id="nobody knows"),
        pytest.param("yes", IMPORTED, "yes", "nothing", id="unchanged"),
        pytest.param("yes", IMPORTED, "no", "set no", id="their change, nobody's here"),
        pytest.param("yes", IMPORTED, None, "drop", id="no longer named: not known, not no"),
        pytest.param("yes", None, "no", "conflict", id="taken away here, changed there"),
        pytest.param("yes", None, "yes", "nothing", id="taken away here, same there"),
        pytest.param("yes", CURATED, "no", "conflict", id="a curator's: keep and ask"),
        pytest.param("no", CURATED, "yes", "nothing", id="they come round to the curator's"),
        pytest.param("no", CURATED, None, "nothing", id="their silence contradicts nobody"),
        pytest.param(None, CURATED, "no", "conflict", id="a curator's against a first word"),
        pytest.param("yes", LOCKED, "no", "nothing", id="locked: keep in silence"),
        pytest.param(None, ELSEWHERE, "no", "conflict", id="two sources contradict"),
        pytest.param(None, ELSEWHERE, "yes", "nothing", id="two sources agree"),
        pytest.param(None, ELSEWHERE, "dedicated", "set dedicated", id="a stronger degree"),
        pytest.param(None, OurFact("only", "other"), "accepts", "nothing", id="a weaker degree"),
        pytest.param("yes", ELSEWHERE, None, "nothing", id="dropped, but never ours"),
    ],
)
def test_fact(base: str | None, standing: OurFact | None, theirs: str | None, outcome: str) -> None:
    plan = run(
        values(facts={"medicaid": base} if base else {}),
        ours(facts={"medicaid": standing} if standing else {}),
        values(facts={"medicaid": theirs} if theirs else {}),
    )
    said = plan.set_facts.get("medicaid")
    happened = (
        f"set {said}" if said else "drop" if plan.drop_facts
        else "conflict" if plan.conflicts else "nothing"
    )  # fmt: skip
    assert happened == outcome


def test_a_dropped_fact_stays_in_the_name_of_a_source_that_holds_it() -> None:
    plan = run(
        values(facts={"medicaid": "yes"}),
        ours(facts={"medicaid": IMPORTED}),
        values(),
        others={"other": values(facts={"medicaid": "yes"})},
    )
    assert plan.hand_over == {"medicaid": ("yes", "other")}
    assert not plan.drop_facts


@pytest.mark.parametrize(
    ("name", "base", "standing", "theirs", "outcome"),
    [
        ("website", "https://a.example", "https://a.example", "https://b.example", "apply"),
        ("website", "https://a.example", "https://c.example", "https://b.example", "conflict"),
        ("website", "https://a.example", "https://c.example", "https://c.example", "nothing"),
        ("website", "https://a.example", "https://c.example", "https://a.example", "nothing"),
        ("name", "Mill Clinic", "Mill Clinic", "MILL CLINIC, INC.", "nothing"),
        ("name", "Mill Clinic", "Mill Clinic", "Harbour House", "apply"),
        ("address", ADDRESS, ADDRESS, {**ADDRESS, "street": "1 Mill St."}, "nothing"),
        ("address", ADDRESS, ADDRESS, {**ADDRESS, "street": "2 Mill Street"}, "apply"),
        ("opening_hours", "", "", "Mo-Fr 09:00-17:00", "apply"),
    ],
)
def test_field(name: str, base: Any, standing: Any, theirs: Any, outcome: str) -> None:
    plan = run(
        values(fields={name: base}),
        ours(fields={name: standing}),
        values(fields={name: theirs}),
    )
    happened = "apply" if plan.fields else "conflict" if plan.conflicts else "nothing"
    assert happened == outcome


def phone(number: list[str], **more: Any) -> OurPhone:
    return OurPhone(
        number[0], number[1], more.pop("role", "main"), more.pop("source", "here"), **more
    )


@pytest.mark.parametrize(
    ("base", "standing", "theirs", "added", "dropped", "conflict"),
    [
        pytest.param([A], [phone(A)], [B], [B], [A], False, id="a new number"),
        pytest.param([A], [phone(A)], [A], [], [], False, id="the same"),
        pytest.param([A], [phone(C, curated=True)], [B], [], [], True, id="a curator's number"),
        pytest.param([A], [], [B], [], [], True, id="taken away here"),
        pytest.param([A], [phone(A, source="other")], [B], [B], [A], False, id="given by another"),
        pytest.param(
            [A], [phone(A), phone(B, role="intake")], [A, B], [], [], False, id="known by role"
        ),
    ],
)
def test_phones(
    base: list[list[str]],
    standing: list[OurPhone],
    theirs: list[list[str]],
    added: list[list[str]],
    dropped: list[list[str]],
    conflict: bool,
) -> None:
    plan = run(
        values(phones={"main": base}),
        ours(phones=tuple(standing)),
        values(phones={"main": theirs}),
    )
    assert [[number, extension] for number, extension, _ in plan.add_phones] == added
    assert [[*pair] for pair in plan.drop_phones] == dropped
    assert bool(plan.conflicts) is conflict


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("name", "Mill Clinic", "Other Clinic"),
        ("website", "https://a.example", "https://b.example"),
        ("email", "a@a.example", "b@b.example"),
        ("address", ADDRESS, {**ADDRESS, "street": "2 Mill Street"}),
    ],
)
def test_an_untrusted_source_changes_no_protected_field(name: str, old: Any, new: Any) -> None:
    plan = run(
        values(fields={name: old}),
        ours(fields={name: old}),
        values(fields={name: new}),
        trusted=False,
    )
    assert not plan.fields
    assert [one.field for one in plan.conflicts] == [name]


def test_an_untrusted_source_changes_no_telephone() -> None:
    plan = run(
        values(phones={"main": [A]}),
        ours(phones=(phone(A),)),
        values(phones={"main": [B]}),
        trusted=False,
    )
    assert not plan.add_phones
    assert not plan.drop_phones
    assert [one.field for one in plan.conflicts] == ["phones:main"]


def test_a_second_source_adds_only_the_numbers_that_are_new() -> None:
    plan = run(
        None,
        ours(phones=(phone(A, source="other"),)),
        values(phones={"main": [A], "intake": [B]}),
    )
    assert plan.add_phones == [(B[0], B[1], "intake")]


def test_a_number_under_two_roles_is_added_once() -> None:
    plan = run(None, ours(), values(phones={"main": [A], "intake": [A, B]}))
    assert plan.add_phones == [(*A, "main"), (*B, "intake")]


def test_a_number_that_moves_to_another_role_is_not_lost() -> None:
    plan = run(
        values(phones={"main": [A]}),
        ours(phones=(phone(A),)),
        values(phones={"main": [B], "intake": [A]}),
    )
    assert plan.add_phones == [(*A, "intake"), (*B, "main")]
    assert plan.drop_phones == [tuple(A)]


def test_a_number_that_stays_under_one_of_two_roles_is_not_lost() -> None:
    plan = run(
        values(phones={"main": [A], "intake": [A]}),
        ours(phones=(phone(A),)),
        values(phones={"main": [B], "intake": [A]}),
    )
    assert plan.add_phones == [(*A, "intake"), (*B, "main")]
    assert plan.drop_phones == [tuple(A)]


def test_meetings_may_stand_in_any_order() -> None:
    monday, friday = {"weekday": 1, "start": "19:00"}, {"weekday": 5, "start": "19:00"}
    moved = {"weekday": 6, "start": "19:00"}
    plan = run(
        values(meetings=[friday, monday]),
        ours(meetings=(monday, friday)),
        values(meetings=[monday, moved]),
    )
    assert plan.meetings == [monday, moved]
    assert not plan.conflicts


def test_locked_fields_are_kept_in_silence() -> None:
    plan = run(
        values(fields={"website": "https://a.example"}, phones={"main": [A]}),
        ours(
            fields={"website": "https://a.example"},
            phones=(phone(A),),
            locked=["website", "phones:main"],
        ),
        values(fields={"website": "https://b.example"}, phones={"main": [B]}),
    )
    assert not plan.changes_anything
    assert not plan.conflicts


@pytest.mark.parametrize(
    ("name", "base", "standing", "theirs"),
    [
        ("website", "https://a.example", "", "https://b.example"),
        (
            "address",
            ADDRESS,
            {**ADDRESS, "street": "", "city": "", "withheld": True},
            {**ADDRESS, "street": "2 Mill Street"},
        ),
    ],
)
def test_what_somebody_here_emptied_is_not_filled_again(
    name: str, base: Any, standing: Any, theirs: Any
) -> None:
    plan = run(
        values(fields={name: base}), ours(fields={name: standing}), values(fields={name: theirs})
    )
    assert not plan.fields
    assert [one.field for one in plan.conflicts] == [name]


def test_a_withheld_address_is_not_filled_by_another_source() -> None:
    hidden = {**ADDRESS, "street": "", "city": "", "withheld": True}
    plan = run(None, ours(fields={"address": hidden}), values(fields={"address": ADDRESS}))
    assert not plan.fields


def test_an_address_with_a_point_of_our_own_is_asked_about() -> None:
    plan = run(
        values(fields={"address": ADDRESS, "point": None}),
        ours(fields={"address": ADDRESS, "point": [41.0, -81.5]}),
        values(fields={"address": {**ADDRESS, "street": "2 Mill Street"}, "point": None}),
    )
    assert not plan.fields
    assert [one.field for one in plan.conflicts] == ["address"]


def test_an_untrusted_guest_fills_not_even_what_is_empty() -> None:
    theirs = values(
        fields={
            "description": "Call this number instead.",
            "point": [-70.0, 20.0],
            "opening_hours": "24/7",
            "provider": "Brokers",
        },
        phones={"main": [A]},
        meetings=[{"weekday": 1, "online_url": "https://hijack.example/join"}],
    )
    for base in (None, values(fields={"description": ""})):
        plan = run(base, ours(), theirs, trusted=False, own=False)
        assert not plan.fields
        assert not plan.add_phones
        assert plan.meetings is None
        assert {one.field for one in plan.conflicts} == {
            "description", "point", "opening_hours", "provider", "phones:main", "meetings",
        }  # fmt: skip


def test_an_untrusted_source_keeps_its_own_listing_up_to_date() -> None:
    plan = run(
        values(fields={"opening_hours": "Mo 09:00-17:00"}),
        ours(fields={"opening_hours": "Mo 09:00-17:00"}),
        values(fields={"opening_hours": "Mo 09:00-12:00"}),
        trusted=False,
    )
    assert plan.fields == {"opening_hours": "Mo 09:00-12:00"}
