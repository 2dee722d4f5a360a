"""Audiences before they are ordered: what they come to, what they name that nobody knows, and who may ask."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.crm import Person
from shared.contracts.intake import Audience
from shared.contracts.scheduler import RegisterNamed
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
        counted = await reach(planning, audience)
        assert Counter(reason for reason in found.values() if reason) == counted["excluded"], audience
        assert (counted["named"], counted["people"]) == (len(found), len(included)), audience
    below = {"assignment_types": ["ordförande"], "own_branch": True}
    assert set(await names(planning, below, unit_id="u3")) == {"p3"}


UNHEARD: tuple[tuple[dict[str, Any], list[str]], ...] = (
    (CHAIRS | {"assignment_types": ["ordfrande"]}, ["Ingen har uppdraget ”ordfrande”."]),
    (
        {"assignment_types": ["ordförande"], "units": ["u9"], "kinds": ["hov"]},
        ["Ingen enhet är av typen ”hov”.", "Enheten ”u9” finns inte i registret."],
    ),
    ({"assignment_types": ["ordförande"], "regions": ["Skne"]}, ["Ingen enhet finns i regionen ”Skne”."]),
    ({"members": True, "agreements": ["okänt"]}, ["Ingen har avtalet ”okänt”."]),
    (CHAIRS | {"exclude": {"occupational_groups": ["hovnarr"]}}, ["Ingen tillhör yrkesgruppen ”hovnarr”."]),
    ({"recipients_of": [str(UUID(int=7))]}, [f"Beställningen ”{UUID(int=7)}” är inte känd."]),
)


@pytest.mark.parametrize("route", ["estimate", "people"])
async def test_what_nobody_has_heard_of_is_refused_with_a_sentence_that_names_it(
    planning: Planning, route: str
) -> None:
    await known(planning)
    for audience, sentences in UNHEARD:
        refused = await planning.post(f"/audiences/{route}", {"unit_id": "u1", "audience": audience})
        assert refused.status_code == 422, refused.text
        problem = refused.json()
        assert [each["message"] for each in problem["errors"]] == sentences
        assert (problem["rule"], problem["detail"]) == ("A7", " ".join(sentences))
    refused = await planning.post(f"/audiences/{route}", {"unit_id": "u9", "audience": CHAIRS})
    assert refused.json()["detail"] == "Enheten ”u9” finns inte i registret."
    waiting = order()
    await planning.places(waiting)
    asked = {"unit_id": "u1", "audience": {"recipients_of": [str(waiting.order_id)]}}
    refused = await planning.post(f"/audiences/{route}", asked)
    assert refused.json()["errors"] == [
        {
            "field": "recipients_of",
            "message": f"Mottagarna av beställningen ”{waiting.order_id}” är inte bestämda än, "
            "så ingen har fått den.",
        }
    ]


async def test_without_a_register_nobody_is_counted_and_that_is_said(planning: Planning) -> None:
    answer = await planning.post("/audiences/estimate", {"unit_id": "u1", "audience": CHAIRS})
    assert (answer.status_code, "har inte kommit" in answer.json()["detail"]) == (409, True)
    placed = await planning.places(order())
    assert placed.note.startswith("Medlemsregistret har inte kommit hit än")


async def test_an_order_that_names_somebody_unheard_of_is_not_lost_and_its_orderer_is_told(
    planning: Planning,
) -> None:
    await known(planning)
    strange = order(audience=Audience.model_validate({"members": True, "agreements": ["okänt"]}))
    told = await planning.places(strange)
    assert told.note == "Ingen har avtalet ”okänt”."
    figures = await planning.edition((await planning.freezes()).edition_id)
    assert [(entry["order_id"], entry["ordered"]) for entry in figures["per_order"]] == [
        (str(strange.order_id), 0)
    ]


async def test_the_names_of_the_register_are_told_once(planning: Planning) -> None:
    await known(planning)
    told: set[str] = set()
    while len(told) < 5:
        named = await planning.running.world.hear("intake.learn-names", RegisterNamed)
        names = {*named.assignment_types, *named.agreements, *named.occupational_groups}
        assert not names & told
        told |= names
    assert told == {"ordförande", "kassör", "hök", "ab", "undersköterska"}
    await planning.knows([concerned(6)], assignments=[assignment(6, 4, 2, "sekreterare")])
    named = await planning.running.world.hear("intake.learn-names", RegisterNamed)
    assert named == RegisterNamed(assignment_types=("sekreterare",))


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


@pytest.mark.parametrize(
    ("audience", "field"),
    [
        (CHAIRS | {"agreement": ["hök"]}, "body.audience.agreement"),
        (CHAIRS | {"exclude": {"kinds": ["klubb"]}}, "body.audience.exclude.kinds"),
    ],
)
async def test_a_condition_that_does_not_exist_is_refused_by_its_name(
    planning: Planning, audience: dict[str, Any], field: str
) -> None:
    for path in ("estimate", "people"):
        answer = await planning.post(f"/audiences/{path}", {"unit_id": "u1", "audience": audience})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    draft = {
        "title": "Ett",
        "unit_id": "u1",
        "order_class": "duty",
        "audience": audience,
        "bytes": {"sv": 100},
    }
    answer = await planning.post("/simulations", {"day": "2026-11-18", "drafts": [draft]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field.removeprefix("body."))


async def test_figures_are_for_those_who_order_and_names_for_the_desk(planning: Planning) -> None:
    await known(planning)
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
