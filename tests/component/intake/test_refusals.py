"""Orders that break a rule, through the API: refused with the rule, kept, and their orderer told."""

from datetime import datetime
from typing import Any

import pytest

from shared.contracts.intake import Audience, OrderAccepted
from shared.contracts.scheduler import RegisterNamed
from shared.contracts.sender import SendMessage
from tests.component.intake.office import (
    ASA,
    DESK,
    STOCKHOLM,
    Office,
    complete,
    completed,
    frozen,
    released,
    scheduled,
)
from tests.support.waiting import until


async def refused(office: Office, rule: str, token: str | None = None, **changes: Any) -> Any:
    """Place an order that is refused outright; return it as it was kept."""
    answer = await office.post("/orders", complete(**changes), token)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["rule"] == rule
    assert problem["type"] == f"urn:onsdag:rule:{rule}"
    assert rule in problem["detail"]
    assert answer.headers["location"] == f"/api/v1/orders/{problem['order_id']}"
    return await kept(office, problem["order_id"], rule)


async def returned(office: Office, rule: str, **changes: Any) -> Any:
    """Place an order that is returned to be completed; return it as it was kept."""
    answer = await office.post("/orders", complete(**changes))
    assert answer.status_code == 201, answer.text
    return await kept(office, answer.json()["order_id"], rule)


async def kept(office: Office, order_id: str, rule: str) -> Any:
    order = await office.order(order_id)
    assert order["state"] == "returned"
    assert rule in [reason["rule"] for reason in order["reasons"]]
    assert not all(point["met"] for point in order["checklist"])
    assert order["answer"]["urgency"] == "answered"
    mail = await office.running.world.hear("sender.send-message", SendMessage)
    assert mail.key == f"intake-answer-{order_id}-returned-1"
    assert f"(regel {rule})" in mail.markdown
    assert await office.running.world.waiting_in("scheduler.place-order") == 0
    return order


async def test_A1_an_order_from_a_private_address_is_refused(office: Office) -> None:
    order = await refused(office, "A1", sender="asa.privat@example.org")
    assert order["sender"] == "asa.privat@example.org"


async def test_A3_an_earlier_wednesday_than_allowed_is_explained(office: Office) -> None:
    order = await returned(office, "A3", not_before="2026-11-11")
    assert "2026-11-18" in order["reasons"][0]["sv"]


async def test_A3_after_the_cut_off_next_wednesday_is_too_early(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 13, 16, 1, tzinfo=STOCKHOLM))
    await returned(office, "A3", not_before="2026-11-18")


async def test_A3_an_order_without_text_is_returned(office: Office) -> None:
    await returned(office, "A3", texts={})


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        ({"assignment_types": ["ordförande"], "units": ["9999"]}, "9999"),
        ({"assignment_types": ["ordförande"], "regions": ["Mordor"]}, "Mordor"),
        ({"assignment_types": ["ordförande"], "addresses": ["bo@example.org"]}, "addresses"),
        ({"assignment_types": ["ordförande"], "own_branch": True, "kinds": ["hov"]}, "hov"),
        ({"recipients_of": ["019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"]}, "019c9a6e"),
    ],
)
async def test_A7_recipients_that_are_not_assignments_are_refused_and_named(
    office: Office, audience: dict[str, Any], named: str
) -> None:
    order = await refused(office, "A7", audience=audience)
    assert named in order["reasons"][0]["sv"]


async def test_A7_a_name_that_nobody_of_the_register_bears_is_refused_once_the_register_has_come(
    office: Office,
) -> None:
    mistyped = {"assignment_types": ["Ordfrande"], "all_units": True}
    await office.accepted(audience=mistyped)
    await office.running.world.hear("scheduler.place-order", OrderAccepted)

    told = RegisterNamed(assignment_types=("ordförande", "kassör"), agreements=("hök",))
    for _ in range(2):
        await office.running.world.say(told, office.clock.now())

    async def names() -> Any:
        return await office.running.get("/api/v1/names", office.token())

    known = await until(names, lambda known: bool(known["agreements"]))
    assert known["assignment_types"] == ["kassör", "ordförande"]
    order = await refused(office, "A7", audience=mistyped)
    assert order["reasons"][0]["sv"] == "Uppdraget ”ordfrande” finns inte."
    members = {"members": True, "occupational_groups": ["läkare"]}
    order = await refused(office, "A7", audience=members)
    assert order["reasons"][0]["sv"] == "Yrkesgruppen ”läkare” finns inte."
    await office.accepted(audience={"members": True, "agreements": ["HÖK"]})


async def test_A8_an_order_without_its_faq_is_returned_and_accepted_when_it_is_there(office: Office) -> None:
    order = await returned(office, "A8", faq={"text": " "})
    url = f"/api/v1/orders/{order['order_id']}"
    headers = {"Authorization": f"Bearer {office.token()}"}
    answer = await office.running.http.put(url, json=complete(), headers=headers)
    assert answer.json()["state"] == "accepted"
    accepted = await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert str(accepted.order_id) == order["order_id"]


async def test_A9_an_order_by_somebody_who_is_not_named_is_refused(office: Office) -> None:
    order = await refused(office, "A9", office.desk, ordered_by="bo.ek@example.org")
    assert "bo.ek@example.org" in order["reasons"][0]["sv"]


async def test_A9_an_order_for_a_unit_that_is_not_known_is_refused(office: Office) -> None:
    await refused(office, "A9", unit_id="9999")


async def test_A9_the_desk_orders_for_every_unit(desk_office: Office) -> None:
    answer = await desk_office.post("/orders", complete(unit_id="1280", ordered_by=DESK), desk_office.desk)
    assert answer.json()["state"] == "accepted"


async def test_A9_the_shared_address_orders_for_every_unit(office: Office) -> None:
    given = complete(unit_id="1280", ordered_by="Info@Onsdag.example.org")
    answer = await office.post("/orders", given, office.desk)
    assert answer.json()["state"] == "accepted"


async def test_A9_an_orderer_orders_in_nobody_elses_name(office: Office) -> None:
    answer = await office.post("/orders", complete(), office.token("bo.ek@example.org"))
    assert answer.status_code == 403
    assert answer.json()["rule"] == "A9"
    page = await office.running.get("/api/v1/orders", office.desk)
    assert page["total"] == 0


async def test_every_reason_of_a_refusal_is_told(office: Office) -> None:
    answer = await office.post("/orders", complete(sender="x@example.org", faq={"text": ""}))
    assert [reason["rule"] for reason in answer.json()["reasons"]] == ["A1", "A8"]


async def test_an_unreadable_order_is_refused_with_the_field_that_is_wrong(office: Office) -> None:
    answer = await office.post("/orders", complete(ordered_by="ingen adress", title="En\nrad"))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"body.ordered_by", "body.title"}


async def test_a_returned_order_stays_with_its_orderer(office: Office) -> None:
    order = await returned(office, "A8", faq={"text": ""})
    assert order["ordered_by"] == ASA
    page = await office.running.get("/api/v1/orders?state=returned", office.token())
    assert [listed["order_id"] for listed in page["orders"]] == [order["order_id"]]


async def test_A7_everything_that_an_audience_says_reaches_the_scheduler(office: Office) -> None:
    earlier = (await office.post("/orders", complete())).json()["order_id"]
    await office.running.world.hear("scheduler.place-order", OrderAccepted)
    for said in (scheduled(earlier), frozen(earlier), released(earlier), completed(earlier)):
        await office.running.world.say(said, office.clock.now())
    await office.state_becomes(earlier, "sent")
    audience = {
        "assignment_types": ["Ordförande"],
        "own_branch": True,
        "agreements": ["HÖK"],
        "occupational_groups": ["barnskötare"],
        "languages": ["sv", "en"],
        "exclude": {"units": ["1280"], "assignment_types": ["kassör"], "recipients_of": [earlier]},
    }
    answer = await office.post("/orders", complete(audience=audience, urgency="urgent"))
    assert answer.json()["state"] == "accepted", answer.text
    accepted = await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert accepted.audience == Audience.model_validate(audience)
    assert accepted.urgency == "urgent"
