"""An order from the API to its last mail, over real PostgreSQL and RabbitMQ."""

from datetime import UTC, datetime

from shared.contracts.intake import OrderAccepted, OrderWithdrawn
from shared.contracts.sender import MessageConcluded, SendMessage
from tests.component.intake.office import (
    ANOTHER_EDITION,
    ASA,
    Office,
    audience_moved,
    completed,
    frozen,
    released,
    scheduled,
)
from tests.support.waiting import until


async def test_an_order_that_keeps_the_rules_is_accepted_scheduled_answered_and_sent(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()

    accepted = await world.hear("scheduler.place-order", OrderAccepted)
    assert str(accepted.order_id) == order_id
    assert (accepted.unit_name, accepted.ordered_by) == ("Lund", ASA)
    assert accepted.texts["sv"].subject == "Handlingar till årsmötet"

    await world.say(scheduled(order_id), office.clock.now())
    order = await office.state_becomes(order_id, "scheduled")
    assert order["wednesday"] == "2026-11-18"
    assert order["answer"]["urgency"] == "answered"

    mail = await world.hear("sender.send-message", SendMessage)
    assert mail.to == ASA
    assert mail.purpose == "order-answer"
    assert mail.key == f"intake-answer-{order_id}-scheduled-{order['edition_id']}-2026-11-18"
    assert "onsdagen den 18 november 2026" in mail.markdown

    at = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)
    await world.say(
        MessageConcluded(key=mail.key, purpose=mail.purpose, state="accepted", at=at), office.clock.now()
    )
    await until(lambda: office.order(order_id), lambda seen: seen["answers"][0]["state"] == "accepted")

    await world.say(frozen(order_id), office.clock.now())
    order = await office.state_becomes(order_id, "locked")
    assert (order["recipients"], order["excluded"]) == (40, {"opted_out": 2})
    await world.say(released(order_id), office.clock.now())
    await office.state_becomes(order_id, "sending")
    await world.say(completed(order_id), office.clock.now())
    order = await office.state_becomes(order_id, "sent")
    assert [step["input"] for step in order["history"]] == [
        "place", "submit", "accept", "schedule", "freeze", "release", "complete",
    ]  # fmt: skip


async def test_reports_that_overtake_each_other_lead_to_the_same_end(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(frozen(order_id), office.clock.now())
    await office.state_becomes(order_id, "locked")
    await world.say(completed(order_id), office.clock.now())
    await office.state_becomes(order_id, "sent")

    await world.say(scheduled(order_id), office.clock.now())
    await world.say(released(order_id), office.clock.now())
    mail = await world.hear("sender.send-message", SendMessage)

    assert "18 november" in mail.markdown
    order = await office.order(order_id)
    assert (order["state"], order["wednesday"], order["recipients"]) == ("sent", "2026-11-18", 40)
    assert order["answer"]["urgency"] == "answered"


async def test_a_withdrawn_order_is_told_to_the_scheduler_and_not_confirmed(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    answer = await office.post(f"/orders/{order_id}/withdraw", {"reason": "Mötet är inställt."})
    assert answer.json()["state"] == "withdrawn"
    withdrawn = await world.hear("scheduler.withdraw-order", OrderWithdrawn)
    assert (str(withdrawn.order_id), withdrawn.reason) == (order_id, "Mötet är inställt.")

    await world.say(scheduled(order_id), office.clock.now())
    other = await office.accepted()
    await world.say(scheduled(other), office.clock.now())
    await office.state_becomes(other, "scheduled")
    mail = await world.hear("sender.send-message", SendMessage)
    assert other in mail.key
    assert (await office.order(order_id))["state"] == "withdrawn"
    assert await world.waiting_in("sender.send-message") == 0


async def test_a_withdrawal_that_came_after_the_release_does_not_hide_what_was_sent(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await office.post(f"/orders/{order_id}/withdraw", {"reason": "För sent."})
    await world.say(released(order_id), office.clock.now())
    await office.state_becomes(order_id, "sending")


async def test_an_order_is_withdrawn_until_its_mails_leave(office: Office) -> None:
    world = office.running.world
    in_time, late = await office.accepted(), await office.accepted()
    for order_id in (in_time, late):
        await world.say(frozen(order_id), office.clock.now())
        await office.state_becomes(order_id, "locked")
    answer = await office.post(f"/orders/{in_time}/withdraw", {"reason": "Ändrade oss."})
    assert answer.json()["state"] == "withdrawn"
    assert str((await world.hear("scheduler.withdraw-order", OrderWithdrawn)).order_id) == in_time

    await world.say(released(late), office.clock.now())
    await office.state_becomes(late, "sending")
    answer = await office.post(f"/orders/{late}/withdraw", {"reason": "Ändrade oss."})
    assert answer.status_code == 409
    assert "its mails are leaving" in answer.json()["detail"]


async def test_an_order_moved_to_another_wednesday_is_answered_again(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(scheduled(order_id), office.clock.now())
    await world.hear("sender.send-message", SendMessage)
    later = scheduled(order_id, datetime(2026, 11, 25, tzinfo=UTC).date(), ANOTHER_EDITION)
    await world.say(later, office.clock.now())
    mail = await world.hear("sender.send-message", SendMessage)
    assert "25 november 2026" in mail.markdown


async def test_a_report_repeated_a_hundred_times_is_answered_once(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    report, at = scheduled(order_id), office.clock.now()
    message_id = await world.say(report, at)
    for _ in range(99):
        await world.say(report, at, message_id=message_id)
    await world.hear("sender.send-message", SendMessage)
    await until(lambda: world.waiting_in("intake.note-schedule"), lambda waiting: waiting == 0)
    assert [answer["kind"] for answer in (await office.order(order_id))["answers"]] == ["scheduled"]
    assert await world.waiting_in("sender.send-message") == 0


async def test_a_moved_audience_is_a_line_in_the_history(office: Office) -> None:
    order_id = await office.accepted()
    await office.running.world.say(audience_moved(order_id), office.clock.now())
    seen = await until(
        lambda: office.order(order_id), lambda order: order["history"][-1]["input"] == "audience_moved"
    )
    assert (seen["state"], seen["history"][-1]["by"]) == ("accepted", "scheduler")
