"""Texts that a person asks for: what would not go is said at once, and what waits is taken back (D7)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.contracts.crm import ErasedPerson, PersonErased
from tests.component.sender.texts.text_desk import ASA, NOON, TextDesk, send_text
from tests.support.one_service import bearer
from tests.support.text_gateway import FakeGateway
from tests.support.waiting import until

TEXTS = "/api/v1/texts"
NIGHT = NOON + timedelta(hours=11)


def asked(phone: str = "070-174 06 05", words: str = "Vi ringer i kväll.", **given: Any) -> dict[str, Any]:
    return {"phone": phone, "words": words, "purpose": "call-back", **given}


async def ask(text_desk: TextDesk, key: str = "", role: Any = "desk", **given: Any) -> httpx.Response:
    return await text_desk.post(TEXTS, role, key, json=asked(**given))


async def test_the_desk_sends_a_text_and_is_shown_it(text_desk: TextDesk, gateway: FakeGateway) -> None:
    answer = await ask(text_desk, words=" Vi ringer\r\ni kväll. ", person_ids=["P1"])
    assert answer.status_code == 201
    told = answer.json()
    assert (told["phone"], told["words"], told["purpose"]) == (ASA, "Vi ringer\ni kväll.", "call-back")
    assert (told["state"], told["asked_by"], told["parts"]) == ("planned", "desk@example.org", 1)
    await text_desk.become(accepted=1)
    shown = await text_desk.get(answer.headers["Location"])
    assert (shown["text_id"], shown["state"]) == (told["text_id"], "accepted")
    assert gateway.messages == ["Vi ringer\ni kväll."]
    assert (await text_desk.concluded()).purpose == "call-back"


async def test_the_same_key_is_one_text(text_desk: TextDesk, gateway: FakeGateway) -> None:
    first, again = await ask(text_desk, "k1"), await ask(text_desk, "k1")
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (await ask(text_desk, "k1", words="Andra ord.")).status_code == 422
    assert (await ask(text_desk, "k2")).json()["text_id"] != first.json()["text_id"]
    await text_desk.become(accepted=2)
    assert len(gateway.asked) == 2


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"phone": "070-17"}, 422, "Numret finns inte."),
        ({"phone": "0701-ABC 605"}, 422, "Numret finns inte."),
        ({"phone": "08-465 004 00"}, 422, "Numret är inte ett mobilnummer."),
        ({"words": "å" * 700}, 422, "Texten är längre än vad organisationen tillåter."),
        ({"valid_until": NOON.isoformat()}, 409, "Texten hann bli inaktuell innan den fick skickas."),
        ({"words": " \n "}, 422, None),
        ({"purpose": "Ring upp!"}, 422, None),
        ({"to": ASA}, 422, None),
    ],
)
async def test_what_would_not_go_is_said_at_once(
    text_desk: TextDesk, given: dict[str, Any], status: int, sentence: str | None
) -> None:
    answer = await ask(text_desk, "k1", **given)
    assert (answer.status_code, answer.json().get("detail") or None) == (status, sentence)
    assert await text_desk.states() == {}
    assert (await ask(text_desk, "k1")).status_code == 201  # its key was left free


async def test_a_no_and_the_months_cap_are_said_at_once(text_desk: TextDesk) -> None:
    for number in range(3):
        await text_desk.say(send_text(key=f"call-{number}"))
    await text_desk.become(accepted=3)
    capped = await ask(text_desk)
    assert (capped.status_code, capped.json()["rule"]) == (409, "D2")
    await text_desk.suppress(ASA, "address")
    refused = await ask(text_desk)
    assert (refused.status_code, refused.json()["rule"]) == (409, "F1")
    assert refused.json()["detail"] == "Mottagaren har tackat nej till sms."


async def test_the_cap_is_that_of_the_month_in_which_it_leaves(text_desk: TextDesk) -> None:
    for number in range(3):
        await text_desk.say(send_text(key=f"call-{number}"))
    await text_desk.become(accepted=3)
    text_desk.clock.set(NIGHT)
    capped = await ask(text_desk)
    assert (capped.status_code, capped.json()["rule"]) == (409, "D2")
    text_desk.clock.set(NIGHT.replace(day=28))
    assert (await ask(text_desk)).json()["why"] == "Går tidigast 2027-03-01 kl. 08.00."
    await text_desk.say(send_text(key="by a service"))
    await text_desk.become(accepted=3, planned=2)
    text_desk.clock.set(NOON.replace(month=3, day=1))
    await text_desk.become(accepted=5)


async def test_at_night_it_is_said_when_it_leaves_and_it_can_be_taken_back(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    text_desk.clock.set(NIGHT)
    told = (await ask(text_desk)).json()
    morning = (NOON + timedelta(days=1)).replace(hour=7)
    assert told["next_attempt_at"] == morning.isoformat().replace("+00:00", "Z")
    assert told["why"] == "Går tidigast 2027-02-18 kl. 08.00."
    for _ in range(2):
        withdrawn = await text_desk.post(f"{TEXTS}/{told['text_id']}/withdraw")
        assert (withdrawn.status_code, withdrawn.json()["reason"]) == (200, "withdrawn")
    said = await text_desk.concluded()
    assert (said.state, said.reason) == ("failed", "withdrawn")
    text_desk.clock.set(morning)
    assert (await ask(text_desk)).status_code == 201
    await text_desk.become(withdrawn=1, accepted=1)
    assert len(gateway.asked) == 1


async def test_what_has_left_cannot_be_taken_back(text_desk: TextDesk) -> None:
    told = (await ask(text_desk)).json()
    await text_desk.become(accepted=1)
    answer = await text_desk.post(f"{TEXTS}/{told['text_id']}/withdraw")
    assert (answer.status_code, answer.json()["detail"]) == (409, "It is accepted.")


async def test_F4_a_member_contact_sees_only_what_they_asked_for(text_desk: TextDesk) -> None:
    text_desk.clock.set(NIGHT)
    of_desk = (await ask(text_desk)).json()["text_id"]
    own = (await ask(text_desk, role="member_contact")).json()["text_id"]
    other = bearer(text_desk.token("member_contact", "annan@example.org"))
    assert (await text_desk.get(f"{TEXTS}/{own}", "member_contact"))["text_id"] == own
    for path in (f"{TEXTS}/{own}", f"{TEXTS}/{of_desk}"):
        assert (await text_desk.running.http.get(path, headers=other)).status_code == 404
        withdrawn = await text_desk.running.http.post(f"{path}/withdraw", headers=other)
        assert withdrawn.status_code == 404
    assert (await text_desk.post(f"{TEXTS}/{own}/withdraw")).status_code == 200
    assert (await ask(text_desk, role="orderer")).status_code == 403


async def test_F2_who_is_erased_stands_in_no_answer_that_is_kept(text_desk: TextDesk) -> None:
    await ask(text_desk, "k1", person_ids=["P1"])
    await text_desk.become(accepted=1)
    await text_desk.say(PersonErased(persons=(ErasedPerson(person_id="P1", version=2),)))
    kept = "SELECT count(*) FROM idempotent_answers WHERE body <> ''"
    await until(lambda: text_desk.number(kept), lambda seen: seen == 0)
    left = "SELECT count(*) FROM text_message WHERE phone NOT LIKE 'erased:%' OR asked_by IS NOT NULL"
    assert await text_desk.number(left) == 0
