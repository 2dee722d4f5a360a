"""Audiences before they are ordered: what they come to, what they name that nobody knows, and who may ask."""

from typing import Any

import pytest

from shared.contracts.crm import Person
from shared.contracts.intake import Audience
from shared.web.tokens import Role
from tests.component.scheduler.planning import (
    WEDNESDAY,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)

CHAIRS = {"assignment_types": ["ordförande"], "all_units": True}


def concerned(number: int, **changes: Any) -> Person:
    given = {"agreements": ("hök",), "occupational_groups": (" Undersköterska ",)}
    return person(number, **(given | changes))


async def known(planning: Planning) -> None:
    """u1 is above u2 and u3; p1 to p3 hold something there, p4 and p5 nothing; p2 has no address."""
    await planning.knows(
        [
            person(1),
            person(2, email=None),
            person(3, language="en"),
            concerned(4),
            concerned(5, agreements=("ab",)),
        ],
        [unit(1), unit(2, parent_id="u1"), unit(3, parent_id="u2", kind="Klubb")],
        [
            assignment(1, 1, 1),
            assignment(2, 2, 2),
            assignment(3, 3, 3),
            assignment(4, 1, 3, "kassör"),
            assignment(5, 3, 1, valid_from=WEDNESDAY.replace(day=19)),
        ],
    )


async def reach(planning: Planning, audience: dict[str, Any], **changes: Any) -> Any:
    asked = {"unit_id": "u1", "audience": audience, "day": str(WEDNESDAY), **changes}
    answer = await planning.post("/audiences/estimate", asked, "orderer")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(planning: Planning, audience: dict[str, Any], **changes: Any) -> dict[str, str | None]:
    asked = {"unit_id": "u1", "audience": audience, "day": str(WEDNESDAY), **changes}
    answer = await planning.post("/audiences/people?limit=2", asked)
    found = answer.json()
    people = list(found["people"])
    while found["next"] is not None:
        found = (await planning.post(f"/audiences/people?limit=2&after={found['next']}", asked)).json()
        people += found["people"]
    assert all((each["reason"] is None) == (each["sentence"] is None) for each in people)
    return {each["person_id"]: each["reason"] for each in people}


async def test_an_audience_is_counted_and_named_as_of_a_day(planning: Planning) -> None:
    await known(planning)
    await planning.opts_out(1)
    told = await reach(planning, CHAIRS)
    assert (told["named"], told["people"], told["addresses"]) == (3, 1, 1)
    assert told["excluded"] == {"missing_address": 1, "opted_out": 1}
    assert told["unheard_of"] == []
    assert await names(planning, CHAIRS) == {"p1": "opted_out", "p2": "missing_address", "p3": None}
    assert (await reach(planning, CHAIRS, order_class="duty"))["people"] == 2
    in_u1 = {"assignment_types": ["ordförande"], "units": ["u1"]}
    assert await names(planning, in_u1, order_class="duty") == {"p1": None, "p3": "assignment_not_valid"}
    later = await names(planning, in_u1, order_class="duty", day="2026-11-19")
    assert later == {"p1": None, "p3": None}


AUDIENCES: tuple[tuple[dict[str, Any], set[str], set[str]], ...] = (
    ({"assignment_types": ["ordförande"], "own_branch": True}, {"p1", "p3"}, {"p2"}),
    (CHAIRS | {"kinds": ["KLUBB"]}, {"p3"}, set()),
    (CHAIRS | {"languages": ["en"]}, {"p3"}, set()),
    (CHAIRS | {"exclude": {"units": ["u1"]}}, {"p3"}, {"p1", "p2"}),
    (CHAIRS | {"exclude": {"regions": ["Halland"]}}, {"p1", "p3"}, {"p2"}),
    (CHAIRS | {"exclude": {"assignment_types": ["kassör"]}}, {"p3"}, {"p1", "p2"}),
    ({"members": True, "agreements": ["HÖK"]}, {"p4"}, set()),
    ({"members": True, "occupational_groups": ["undersköterska"]}, {"p4", "p5"}, set()),
    (
        {"members": True, "occupational_groups": ["undersköterska"], "exclude": {"agreements": ["ab"]}},
        {"p4"},
        {"p5"},
    ),
    (CHAIRS | {"agreements": ["hök"]}, set(), set()),
)


async def test_each_condition_includes_or_excludes_whom_it_says(planning: Planning) -> None:
    await known(planning)
    for audience, included, excluded in AUDIENCES:
        found = await names(planning, audience)
        assert {who for who, reason in found.items() if reason is None} == included, audience
        assert {who for who, reason in found.items() if reason is not None} == excluded, audience
    below = {"assignment_types": ["ordförande"], "own_branch": True}
    assert set(await names(planning, below, unit_id="u3")) == {"p3"}


async def test_what_nobody_has_heard_of_counts_nothing_and_is_told_and_the_order_is_not_lost(
    planning: Planning,
) -> None:
    await known(planning)
    audience = {
        "members": True,
        "agreements": ["okänt avtal"],
        "exclude": {"recipients_of": ["019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"]},
    }
    told = await reach(planning, audience)
    assert told["people"] == told["named"] == 0
    assert [each["field"] for each in told["unheard_of"]] == ["agreements", "recipients_of"]
    assert told["unheard_of"][0]["sentence"] == "Ingen har avtalet ”okänt avtal”."
    strange = {"assignment_types": ["hovnarr"], "units": ["u9"], "kinds": ["hov"]}
    told = await reach(planning, strange)
    assert [each["name"] for each in told["unheard_of"]] == ["hovnarr", "hov", "u9"]
    placed = order(audience=Audience.model_validate(audience))
    await planning.places(placed)
    figures = await planning.edition((await planning.freezes()).edition_id)
    assert [(entry["order_id"], entry["ordered"]) for entry in figures["per_order"]] == [
        (str(placed.order_id), 0)
    ]


async def test_a_correction_reaches_exactly_those_who_got_the_order(planning: Planning) -> None:
    await known(planning)
    await planning.opts_out(3)
    first, second = duty(), order()
    await planning.places(first)
    await planning.places(second)
    await planning.freezes()
    got = {"recipients_of": [str(second.order_id)]}
    assert await names(planning, got, order_class="duty") == {"p1": None}
    assert set(await names(planning, {"recipients_of": [str(first.order_id)]}, order_class="duty")) == {
        "p1",
        "p3",
    }
    not_them = CHAIRS | {"exclude": {"recipients_of": [str(first.order_id)]}}
    assert await names(planning, not_them, order_class="duty") == {
        "p1": "excluded_by_order",
        "p2": "missing_address",
        "p3": "excluded_by_order",
    }
    await planning.releases()
    batch = await planning.hands_over()
    await planning.reports(batch, "failed")
    await planning.completes()
    assert await names(planning, got, order_class="duty") == {}, "what failed was not got"


@pytest.mark.parametrize(
    "audience",
    [
        {},
        {"assignment_types": ["ordförande"]},
        CHAIRS | {"units": ["u1"]},
        {"members": True},
        {"members": True, "agreements": ["hök"], "units": ["u1"]},
        CHAIRS | {"languages": ["la"]},
        {"recipients_of": ["no order"]},
    ],
)
async def test_an_audience_that_means_nothing_is_refused(
    planning: Planning, audience: dict[str, Any]
) -> None:
    answer = await planning.post("/audiences/estimate", {"unit_id": "u1", "audience": audience})
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_figures_are_for_those_who_order_and_names_for_the_desk(planning: Planning) -> None:
    asked = {"unit_id": "u1", "audience": CHAIRS}
    may: dict[Role, tuple[int, int]] = {
        "orderer": (200, 403),
        "reader": (200, 403),
        "desk": (200, 200),
        "member_contact": (403, 403),
    }
    for role, statuses in may.items():
        figures = await planning.post("/audiences/estimate", asked, role)
        people = await planning.post("/audiences/people", asked, role)
        assert (figures.status_code, people.status_code) == statuses, role
