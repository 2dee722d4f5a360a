"""Orders by text message in intake: short, urgent, measured, and followed to their end (D7)."""

from uuid import UUID

from shared.contracts.intake import OrderAccepted, OrderWithdrawn
from shared.contracts.scheduler import TextsCompleted, TextsPlanned
from shared.contracts.sender import SendMessage
from tests.component.intake.office import Office, complete

SMS = {"channel": "sms", "urgency": "urgent", "texts": {"sv": {"markdown": "Mötet är flyttat till sal B."}}}


async def test_a_text_message_is_measured_accepted_and_followed_to_its_end(office: Office) -> None:
    order_id = await office.accepted(**SMS)
    said = await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert (said.channel, said.texts["sv"].markdown) == ("sms", "Mötet är flyttat till sal B.")
    shown = await office.order(order_id)
    assert shown["text_messages"] == {
        "sv": {
            "encoding": "gsm7",
            "characters": 28,
            "parts": 1,
            "foreign": [],
            "cost": "0.35",
            "currency": "SEK",
        }
    }
    now = office.clock.now()
    planned = TextsPlanned(
        order_id=UUID(order_id), recipients=40, texts=38, excluded={"missing_phone": 2}, at=now
    )
    await office.running.world.say(planned, now)
    shown = await office.state_becomes(order_id, "sending")
    assert (shown["recipients"], shown["excluded"]) == (40, {"missing_phone": 2})
    letter = await office.running.world.hear("sender.send-message", SendMessage)
    assert "går nu ut som sms till 40 personer" in letter.markdown
    done = TextsCompleted(order_id=UUID(order_id), outcomes={"delivered": 38}, at=now)
    await office.running.world.say(done, now)
    await office.running.world.say(planned, now)
    shown = await office.state_becomes(order_id, "sent")
    assert [step["input"] for step in shown["history"]][-2:] == ["release", "complete"]
    assert await office.running.world.waiting_in("sender.send-message") == 0


async def test_what_waits_for_the_morning_can_be_taken_back_and_the_answer_says_what_had_left(
    office: Office,
) -> None:
    order_id, now = await office.accepted(**SMS), office.clock.now()
    planned = TextsPlanned(order_id=UUID(order_id), recipients=40, texts=38, excluded={}, at=now)
    await office.running.world.say(planned, now)
    await office.state_becomes(order_id, "sending")
    await office.running.world.hear("sender.send-message", SendMessage)
    answer = await office.post(f"/orders/{order_id}/withdraw", {"reason": "Fel sal."})
    found = answer.json()
    assert (answer.status_code, found["state"], found["stopped_because"]) == (200, "stopped", "Fel sal.")
    told = await office.running.world.hear("scheduler.withdraw-order", OrderWithdrawn)
    assert str(told.order_id) == order_id
    done = TextsCompleted(order_id=UUID(order_id), outcomes={"delivered": 5, "failed": 33}, at=now)
    for _ in range(2):
        await office.running.world.say(done, now)
    letter = await office.running.world.hear("sender.send-message", SendMessage)
    assert "33 sms hann stoppas" in letter.markdown
    assert "5 sms hade redan gått och kan inte tas tillbaka" in letter.markdown
    assert (await office.order(order_id))["state"] == "stopped"
    assert await office.running.world.waiting_in("sender.send-message") == 0


async def test_an_order_withdrawn_while_its_texts_were_planned_is_not_announced_but_stopped(
    office: Office,
) -> None:
    order_id, now = await office.accepted(**SMS), office.clock.now()
    await office.post(f"/orders/{order_id}/withdraw", {"reason": "Fel sal."})
    assert (await office.order(order_id))["state"] == "withdrawn"
    planned = TextsPlanned(order_id=UUID(order_id), recipients=40, texts=38, excluded={}, at=now)
    await office.running.world.say(planned, now)
    found = await office.state_becomes(order_id, "stopped")
    assert found["stopped_because"] == "Fel sal."
    done = TextsCompleted(order_id=UUID(order_id), outcomes={"failed": 38}, at=now)
    await office.running.world.say(done, now)
    letter = await office.running.world.hear("sender.send-message", SendMessage)
    assert "38 sms hann stoppas" in letter.markdown
    assert "Inget sms hade gått" in letter.markdown
    assert await office.running.world.waiting_in("sender.send-message") == 0


async def test_texts_that_have_left_cannot_be_taken_back(office: Office) -> None:
    order_id, now = await office.accepted(**SMS), office.clock.now()
    await office.running.world.say(
        TextsCompleted(order_id=UUID(order_id), outcomes={"delivered": 38}, at=now), now
    )
    await office.state_becomes(order_id, "sent")
    answer = await office.post(f"/orders/{order_id}/withdraw", {"reason": "Fel sal."})
    assert answer.status_code == 409


async def test_an_order_that_is_no_text_message_is_returned_with_every_reason(office: Office) -> None:
    dear = "Årsmötet – " * 30
    answer = await office.post(
        "/orders", complete(channel="sms", not_before="2026-12-02", texts={"sv": {"markdown": dear}})
    )
    found = answer.json()
    assert (answer.status_code, found["state"]) == (201, "returned")
    assert [reason["name"] for reason in found["reasons"]] == [
        "NotUrgent",
        "TextsWaitForNoDay",
        "TextTooLong",
    ]
    assert "5 sms; högst 4" in found["reasons"][2]["sv"]
    assert "–" in found["reasons"][2]["sv"]
    missing = {point["point"] for point in found["checklist"] if not point["met"]}
    assert missing == {"text_final", "in_good_time"}


async def test_an_appeal_never_goes_by_text(office: Office) -> None:
    answer = await office.post("/orders", complete(**{**SMS, "order_class": "appeal"}))
    assert (answer.status_code, answer.json()["rule"]) == (422, "D7")


async def test_mail_is_not_measured(office: Office) -> None:
    shown = await office.order(await office.accepted())
    assert (shown["channel"], shown["text_messages"]) == ("mail", None)
