"""A correction goes to exactly those who got the order."""

from uuid import UUID

import pytest

from shared.contracts.intake import OrderAccepted
from tests.component.intake.office import ASA, Office, complete, completed, lund
from tests.component.intake.test_stopping import stopped

BO = "bo.ek@example.org"


async def sent(office: Office, **changes: object) -> str:
    order_id = await office.accepted(**changes)
    await office.running.world.hear("scheduler.place-order", OrderAccepted)
    await office.running.world.say(completed(order_id), office.clock.now())
    await office.state_becomes(order_id, "sent")
    return order_id


async def test_a_correction_is_a_draft_to_the_recipients_of_what_was_sent(office: Office) -> None:
    order_id = await sent(office, order_class="information")
    answer = await office.post(f"/orders/{order_id}/correction")
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    assert (draft["state"], draft["order_class"], draft["corrects"]) == ("draft", "information", order_id)
    assert draft["title"] == "Rättelse: Handlingar till årsmötet"
    assert draft["audience"]["recipients_of"] == [order_id]
    assert draft["audience"]["assignment_types"] == []

    whole = complete(audience={"recipients_of": [order_id]}, title=draft["title"])
    changed = await office.running.http.put(
        f"/api/v1/orders/{draft['order_id']}",
        json=whole,
        headers={"Authorization": f"Bearer {office.token()}"},
    )
    assert changed.json()["state"] == "accepted", changed.text
    accepted = await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert accepted.audience.recipients_of == (UUID(order_id),)


async def test_what_was_stopped_can_be_corrected_and_what_has_not_left_cannot(office: Office) -> None:
    order_id = await office.accepted()
    early = await office.post(f"/orders/{order_id}/correction")
    assert early.status_code == 409
    assert "sent or stopped" in early.json()["detail"]
    await office.running.world.say(stopped(order_id, left=True), office.clock.now())
    await office.state_becomes(order_id, "stopped")
    assert (await office.post(f"/orders/{order_id}/correction")).status_code == 201


async def test_somebody_elses_order_cannot_be_corrected_by_an_orderer(office: Office) -> None:
    order_id = await sent(office)
    other = await office.post(f"/orders/{order_id}/correction", token=office.token(BO))
    assert other.status_code == 404
    desk = await office.post(f"/orders/{order_id}/correction", token=office.desk)
    assert (desk.status_code, desk.json()["ordered_by"]) == (201, ASA)


@pytest.mark.parametrize("state", ["not sent", "another unit's", "unknown"])
async def test_recipients_of_an_order_that_has_not_left_with_the_unit_are_refused(
    office: Office, state: str
) -> None:
    if state == "unknown":
        earlier = str(UUID(int=1))
    else:
        earlier = await (sent(office) if state == "another unit's" else office.accepted())
    unit = "1280" if state == "another unit's" else lund().unit_id
    given = complete(audience={"recipients_of": [earlier]}, unit_id=unit)
    refused = await office.post("/orders", given, token=office.desk)
    assert refused.status_code == 422
    assert "UnknownEarlierOrder" in [reason["name"] for reason in refused.json()["reasons"]]
