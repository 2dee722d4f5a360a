"""Texts from the command to the gateway: once, by day, to numbers that exist, else with a reason (D7)."""

import asyncio
import base64
from datetime import timedelta

import pytest

from shared.contracts.intake import OrderWithdrawn
from shared.contracts.texts import TextsReported
from tests.component.sender.texts.text_desk import ASA, CALLBACKS, NOON, ORDER, TextDesk, send_text
from tests.support.text_gateway import HANG_UP, Answer, Asked, FakeGateway, taken
from tests.support.waiting import until

LATER = Answer(429, "later", {"Retry-After": "1"})


async def test_a_text_reaches_the_gateway_as_46elks_wants_it(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    await text_desk.say(send_text("070-174 06 05", words="Räksmörgås – 5 €?"))
    said = await text_desk.concluded()
    assert (said.key, said.state, said.parts, said.reason) == ("call-1", "accepted", 1, "")
    (asked,) = gateway.asked
    assert (asked.method, asked.target) == ("POST", "/a1/sms")
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"user:hemligt/ord"
    callback = asked.form.pop("whendelivered")
    assert asked.form == {
        "whendelivered": callback,
        "from": "Onsdag",
        "to": ASA,
        "message": "Räksmörgås – 5 €?",
    }
    assert callback.startswith(f"{CALLBACKS}/callbacks/texts/")


async def test_the_same_key_is_sent_once(text_desk: TextDesk, gateway: FakeGateway) -> None:
    await text_desk.say(send_text(key="again"))
    await text_desk.become(accepted=1)
    await text_desk.say(send_text(key="again", words="Andra ord."))
    await text_desk.say(send_text("+46701740606", key="other"))
    await text_desk.become(accepted=2)
    assert sorted(gateway.messages) == ["Vi ringer i kväll.", "Vi ringer i kväll."]


async def test_one_number_gets_one_text_of_an_order(text_desk: TextDesk, gateway: FakeGateway) -> None:
    await text_desk.order([ASA, "070-174 06 05", "+46701740606"])
    await text_desk.become(accepted=2)
    await text_desk.order([ASA])
    await text_desk.say(send_text("+46701740607"))
    await text_desk.become(accepted=3)
    assert len(gateway.asked) == 3


async def test_wrong_numbers_have_their_reason_and_cost_nothing(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    await text_desk.order(["070-17", "08-465 004 00", ASA, "skriv hellre mail"])
    await text_desk.become(wrong_number=2, not_mobile=1, accepted=1)
    assert len(gateway.asked) == 1
    await text_desk.say(send_text("12"))
    said = await text_desk.concluded()
    assert (said.state, said.reason) == ("failed", "wrong_number")


async def test_a_text_of_too_many_parts_is_not_sent(text_desk: TextDesk, gateway: FakeGateway) -> None:
    await text_desk.say(send_text(words="a" * (4 * 153 + 1)))
    said = await text_desk.concluded()
    assert (said.reason, said.parts, gateway.asked) == ("too_long", 5, [])


async def test_at_night_it_waits_for_the_recipients_morning(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    """At six in the morning it is eight in Helsinki, seven in Stockholm, and night in New York."""
    text_desk.clock.set(NOON.replace(hour=6))
    await text_desk.order([ASA, "+358401234567", "+12125550100"])
    await text_desk.become(planned=2, accepted=1)
    assert gateway.asked[0].form["to"] == "+358401234567"
    text_desk.clock.set(NOON.replace(hour=7))
    await text_desk.become(planned=1, accepted=2)
    text_desk.clock.set(NOON.replace(hour=13))
    await text_desk.become(accepted=3)


async def test_what_would_be_stale_by_morning_is_not_sent(text_desk: TextDesk, gateway: FakeGateway) -> None:
    night = NOON.replace(hour=22)
    text_desk.clock.set(night)
    await text_desk.say(send_text(key="stale", valid_until=night + timedelta(hours=2)))
    said = await text_desk.concluded()
    assert (said.state, said.reason, gateway.asked) == ("failed", "expired", [])


async def test_one_too_many_this_month_ends_with_its_reason(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    for number in range(5):
        await text_desk.say(send_text(key=f"call-{number}"))
    await text_desk.become(accepted=3, over_the_cap=2)
    text_desk.clock.set(NOON + timedelta(days=14))
    await text_desk.say(send_text(key="in March"))
    await text_desk.become(accepted=4, over_the_cap=2)
    assert len(gateway.asked) == 4


async def test_a_no_is_obeyed_for_texts_that_wait(text_desk: TextDesk, gateway: FakeGateway) -> None:
    text_desk.clock.set(NOON.replace(hour=22))
    await text_desk.order([ASA], order_class="information")
    await text_desk.become(planned=1)
    await text_desk.suppress(ASA, "organisation")
    text_desk.clock.set(NOON + timedelta(days=1))
    await text_desk.become(suppressed=1)
    assert gateway.asked == []


async def test_the_gateways_own_time_is_obeyed_and_then_it_goes(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [
        Answer(429, "slow down", {"Retry-After": "1"}),
        Answer(503, "", {"Retry-After": "7200"}),
    ]
    await text_desk.say(send_text())
    await until(lambda: asyncio.to_thread(lambda: len(gateway.asked)), lambda seen: seen == 2)
    await text_desk.become(deferred=1)
    assert (
        7100 < await text_desk.number("SELECT extract(epoch FROM due_at - now()) FROM text_delivery") <= 7200
    )
    await text_desk.execute("UPDATE text_delivery SET due_at = now()")
    await text_desk.become(accepted=1)


async def test_our_own_mistakes_are_not_the_texts(text_desk: TextDesk, gateway: FakeGateway) -> None:
    """A wrong password or no credit is mended by people; the text waits meanwhile."""
    gateway.script = [Answer(401, "no"), Answer(403, "Not enough credits")]
    await text_desk.order([ASA, "+46701740606"])
    await text_desk.become(deferred=2)


async def test_what_the_gateway_refuses_has_failed_and_one_that_failed_is_not_counted(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [Answer(400, "Invalid 'to' number"), *(taken(f"s{n}") for n in range(3))]
    await text_desk.say(send_text(key="refused"))
    await text_desk.become(refused=1)
    for number in range(3):
        await text_desk.say(send_text(key=f"call-{number}"))
    await text_desk.become(refused=1, accepted=3)


async def test_an_answer_that_never_came_is_held_for_the_desk(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [HANG_UP, Answer(504, "gateway timeout"), Answer(200, "<html>")]
    await text_desk.order([ASA, "+46701740606", "+46701740607"])
    await text_desk.become(uncertain=3)
    assert len(gateway.asked) == 3


async def test_the_desk_sends_a_held_text_again_or_gives_it_up(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [HANG_UP, HANG_UP]
    first, second = await text_desk.order([ASA, "+46701740606"])
    await text_desk.become(uncertain=2)
    assert (await text_desk.post(f"/api/v1/texts/{first}/resend")).status_code == 200
    assert (await text_desk.post(f"/api/v1/texts/{second}/drop")).status_code == 200
    await text_desk.become(accepted=1, dropped=1)
    assert (await text_desk.post(f"/api/v1/texts/{first}/resend")).status_code == 409
    assert (await text_desk.post(f"/api/v1/texts/{second}/resend", role="reader")).status_code == 403


async def test_an_order_that_is_taken_back_at_night_goes_to_nobody_in_the_morning(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    text_desk.clock.set(NOON + timedelta(hours=11))
    await text_desk.order([ASA, "+46701740606"])
    await text_desk.say(send_text("+46701740607"))
    await text_desk.become(planned=3)
    await text_desk.say(OrderWithdrawn(order_id=ORDER, reason="Fel sal."))
    await text_desk.become(withdrawn=2, planned=1)
    said = await text_desk.running.world.hear("scheduler.note-texts", TextsReported)
    assert {(each.state, each.reason) for each in said.outcomes} == {("failed", "withdrawn")}
    text_desk.clock.set(NOON + timedelta(hours=21))
    await text_desk.become(withdrawn=2, accepted=1)
    assert len(gateway.asked) == 1


async def test_texts_that_come_after_their_order_was_taken_back_do_not_go(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    await text_desk.say(OrderWithdrawn(order_id=ORDER, reason="Fel sal."))
    await until(lambda: text_desk.number("SELECT count(*) FROM withdrawn_order"))
    await text_desk.order([ASA])
    await text_desk.become(withdrawn=1)
    assert gateway.asked == []


async def test_what_has_left_has_left_when_an_order_is_taken_back(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    await text_desk.order([ASA])
    await text_desk.become(accepted=1)
    await text_desk.say(OrderWithdrawn(order_id=ORDER, reason="Fel sal."))
    await until(lambda: text_desk.number("SELECT count(*) FROM withdrawn_order"))
    assert await text_desk.states() == {"accepted": 1}
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("first", [LATER, HANG_UP], ids=["later", "lost"])
async def test_an_order_that_is_taken_back_while_its_text_is_on_its_way_is_not_sent_again(
    text_desk: TextDesk, gateway: FakeGateway, first: Answer
) -> None:
    asked, withdrawn = asyncio.Event(), asyncio.Event()

    async def answer_late(_: Asked) -> Answer:
        asked.set()
        await withdrawn.wait()
        return first

    gateway.always = answer_late
    (text_id,) = await text_desk.order([ASA])
    await asked.wait()
    await text_desk.say(OrderWithdrawn(order_id=ORDER, reason="Fel sal."))
    await until(lambda: text_desk.number("SELECT count(*) FROM withdrawn_order"))
    withdrawn.set()
    if first is HANG_UP:
        await text_desk.become(uncertain=1)
        assert (await text_desk.post(f"/api/v1/texts/{text_id}/resend")).status_code == 200
    await text_desk.become(withdrawn=1)
    assert len(gateway.asked) == 1
