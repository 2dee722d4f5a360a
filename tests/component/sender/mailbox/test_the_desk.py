"""The whole way of a message that is pushed to a running sender, and what the desk sees and decides."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.local.mail import PrivateSink
from deploy.local.sink.rules import Rule, write_rules
from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Kind
from shared.contracts.sender import (
    AddressFailed,
    DeliveryReported,
    MessageConcluded,
    OrderMailReceived,
    UnsubscribeReceived,
)
from tests.component.sender.mailbox.pushing import DESK, SHARED, Pushed, Pusher, open_pushed_office
from tests.component.sender.mailbox.reader import hard
from tests.component.sender.mailbox.test_what_follows import written
from tests.component.sender.post_office import PostOffice, edition, letter, mail, parse, section
from tests.support.one_service import bearer
from tests.support.waiting import until
from tests.unit.sender.mailbox.samples import sample

ASA = "asa.lind@example.se"
SECTIONS = (section(1, title="Kurs i krisstöd"), section(2, unit="1281", title="Läger"))
BOX = "/api/v1/mailbox"


@pytest.fixture
async def pushed(
    sender_database: str, fresh_vhost: str, sink: PrivateSink, tmp_path: Path
) -> AsyncIterator[Pushed]:
    async with open_pushed_office(sender_database, fresh_vhost, sink, tmp_path) as opened:
        yield opened


async def sent(office: PostOffice) -> Any:
    """Send an edition's mail; return it as the sink has it."""
    planned = mail(ASA, 1, 2)
    await office.say(edition(*SECTIONS))
    await office.hand_over([planned])
    await office.finished(1)
    return next(each for each in office.received() if ASA in each.recipients)


async def push(pusher: Pusher, *messages: bytes, to: str = SHARED, sender: str = ASA) -> None:
    for message in messages:
        answers = await asyncio.to_thread(pusher.push, message, to, sender=sender)
        assert [code for code, _ in answers] == [250]


async def post(office: PostOffice, path: str, given: Any = None, *, method: str = "POST") -> httpx.Response:
    headers = bearer(office.token())
    return await office.running.http.request(method, f"{BOX}{path}", json=given, headers=headers)


async def test_a_mail_that_comes_back_is_seen_everywhere(pushed: Pushed) -> None:
    office, pusher = pushed
    received = await sent(office)
    world = office.running.world
    first = await world.hear("scheduler.note-outcomes", DeliveryReported)
    await push(pusher, hard(ASA, to=SHARED), to=received.sender, sender="")
    progress = await office.progress()
    assert (progress["accepted"], progress["bounced"], progress["left"]) == (0, 1, 0)
    mail_id = parse(received.raw)["Message-ID"].strip("<>").partition("@")[0]
    seen = await office.running.get(f"/api/v1/mails/{mail_id}", office.token())
    assert (seen["state"], seen["reply"]) == ("bounced", "bounce hard 5.1.1: there is no such mailbox")
    then = await world.hear("scheduler.note-outcomes", DeliveryReported)
    assert [first.outcomes[0].state, then.outcomes[0].state] == ["accepted", "failed"]
    assert then.outcomes[0].at > first.outcomes[0].at
    assert (await world.hear("compliance.note-failed-address", AddressFailed)).reason == "dead_address"


async def test_a_letter_that_comes_back_is_told_to_who_sent_it(pushed: Pushed) -> None:
    office, pusher = pushed
    await office.say(letter(ASA))
    received = (await until(lambda: asyncio.to_thread(office.received)))[0]
    world = office.running.world
    assert (await world.hear("intake.note-answer", MessageConcluded)).state == "accepted"
    await push(pusher, hard(ASA, to=SHARED), to=received.sender, sender="")
    told = await world.hear("intake.note-answer", MessageConcluded)
    assert (told.state, told.reply) == ("failed", "bounce hard 5.1.1: there is no such mailbox")


async def test_F1_the_mailto_of_a_mail_takes_effect(pushed: Pushed) -> None:
    office, pusher = pushed
    header = parse((await sent(office)).raw)["List-Unsubscribe"]
    target = header.split("<mailto:")[1].rstrip(">")
    address, _, subject = target.partition("?subject=")
    await push(pusher, written(ASA, subject.replace("%20", " "), ""), to=address)
    heard = await office.running.world.hear("compliance.note-unsubscribe", UnsubscribeReceived)
    assert heard.proof == "tag"


async def test_A1_an_answer_reaches_the_desk_with_its_orders(pushed: Pushed) -> None:
    office, pusher = pushed
    ours = parse((await sent(office)).raw)
    answer = written(ASA, f"Sv: {ours['Subject']}", "Vi kommer *två*.\n.\nPå måndag?")
    answer = f"In-Reply-To: {ours['Message-ID']}\n".encode() + answer
    await push(pusher, answer)
    passed = await office.received_by(DESK)
    orders = [str(each.order_id) for each in SECTIONS]
    assert passed["X-Onsdag-Orders"].replace(" ", "").split(",") == orders
    assert (passed["Reply-To"].addresses[0].addr_spec, passed["Auto-Submitted"]) == (ASA, "auto-generated")
    assert passed["Subject"].startswith("Svar från Åsa Lind: Sv:")
    body = passed.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert all(word in text for word in ("Vi kommer *två*.", "Kurs i krisstöd", "Läger", *orders))
    assert "når du Röda Exemplet" not in text
    [attached] = list(passed.iter_attachments())
    assert b"Vi kommer *tv" in attached.get_content()
    assert classify_bytes(bytes(passed)).kind is Kind.AUTO_REPLY


async def test_A1_an_answer_that_does_not_reach_the_desk_waits_in_the_mailbox(pushed: Pushed) -> None:
    office, pusher = pushed
    write_rules(office.sink.folder, [Rule(DESK, "550 5.1.1 No such case system")])
    ours = parse((await sent(office)).raw)
    answer = f"In-Reply-To: {ours['Message-ID']}\n".encode()
    await push(pusher, answer + written(ASA, "Sv: Utskick", "Vi kommer två."))

    async def waiting() -> Any:
        return (await office.running.get(f"{BOX}?waiting=true", office.token()))["messages"]

    [message] = await until(waiting)
    assert (message["class"], message["effect"]) == ("question", "passed-on")
    assert message["not_passed_on"].startswith("550")
    shown = await office.running.get(f"{BOX}/{message['message_id']}", office.token())
    assert (shown["words"], shown["has_source"]) == ("Vi kommer två.", True)
    figures = await office.running.get(f"{BOX}/figures", office.token("reader"))
    assert (figures["waiting"], figures["not_passed_on"]) == (1, 1)
    done = await post(office, f"/{message['message_id']}/handled")
    assert (done.status_code, done.json()["not_passed_on"][:3]) == (200, "550")
    assert await waiting() == []


async def test_the_desk_sees_what_waits_and_why(pushed: Pushed) -> None:
    office, pusher = pushed
    received = await sent(office)
    claimed = f"In-Reply-To: {parse(received.raw)['Message-ID']}\n".encode()
    await push(pusher, sample("unknown-statement"), sample("auto-reply-rfc3834"), sample("question-new"))
    await push(pusher, claimed + written("bo.ek@example.se", "Sv: Utskick", "STOPP"))
    page = await office.running.get(f"{BOX}?waiting=true&limit=2", office.token())
    assert [each["class"] for each in page["messages"]] == ["unsubscribe", "question"]
    after = await office.running.get(f"{BOX}?waiting=true&before={page['next']}", office.token())
    assert [each["class"] for each in after["messages"]] == ["unknown"]
    shown = await office.running.get(f"{BOX}/{page['messages'][0]['message_id']}", office.token())
    assert (shown["proof"], shown["writer"], shown["words"]) == ("claimed", "bo.ek@example.se", "STOPP")
    assert [order["title"] for order in shown["orders"]] == ["Kurs i krisstöd", "Läger"]
    assert shown["evidence"][0]["says"]
    source = await office.running.http.get(
        f"{BOX}/{shown['message_id']}/source", headers=bearer(office.token())
    )
    assert b"STOPP" in source.content
    assert "attachment" in source.headers["Content-Disposition"]


async def test_who_handles_a_message_is_written_down(pushed: Pushed) -> None:
    office, pusher = pushed
    await push(pusher, sample("question-new"))
    [message] = (await office.running.get(BOX, office.token()))["messages"]
    for _ in range(2):
        done = await post(office, f"/{message['message_id']}/handled")
        assert (done.status_code, done.json()["handled_by"]) == (200, "desk@example.org")
    await office.execute("UPDATE mailbox_message SET handled_by = 'annan@example.org'")
    assert (await post(office, f"/{message['message_id']}/handled")).status_code == 409
    assert (await post(office, f"/{UUID(int=1)}/handled")).status_code == 404
    waiting = await office.running.get(f"{BOX}?waiting=true", office.token())
    assert waiting["messages"] == []


async def test_a_bounce_that_nothing_proves_waits_and_may_be_an_order(pushed: Pushed) -> None:
    office, pusher = pushed
    await push(pusher, hard(ASA, to=SHARED), sender="")
    [seen] = (await office.running.get(f"{BOX}?waiting=true", office.token()))["messages"]
    assert (seen["class"], seen["severity"], seen["proof"]) == ("bounce", "hard", "nothing")
    made = await post(office, f"/{seen['message_id']}/class", {"class": "order"}, method="PUT")
    assert (made.status_code, made.json()["class"], made.json()["severity"]) == (200, "order", None)


async def test_what_a_person_says_a_message_is_has_its_effect_once(
    pushed: Pushed,
) -> None:
    office, pusher = pushed
    await push(pusher, written(ASA, "Till er", "Skicka detta på onsdag."))
    await push(pusher, written("bo@example.se", "Nej", "Nej."))
    page = await office.running.get(f"{BOX}?waiting=true", office.token())
    no, order = [each["message_id"] for each in page["messages"]]
    changed = await post(office, f"/{order}/class", {"class": "order"}, method="PUT")
    assert (changed.status_code, changed.json()["effect"]) == (200, "drafted")
    assert (await post(office, f"/{order}/class", {"class": "order"}, method="PUT")).status_code == 409
    heard = await office.running.world.hear("intake.draft-from-mail", OrderMailReceived)
    assert (heard.writer, heard.text) == (ASA, "Skicka detta på onsdag.")
    assert (await post(office, f"/{no}/class", {"class": "bounce"}, method="PUT")).status_code == 409
    await post(office, f"/{no}/class", {"class": "unsubscribe"}, method="PUT")
    left = await office.running.world.hear("compliance.note-unsubscribe", UnsubscribeReceived)
    assert left.proof == "desk"


@pytest.mark.parametrize("role", ["reader", "orderer", "member_contact"])
async def test_F4_figures_for_readers_and_words_for_the_desk(pushed: Pushed, role: Any) -> None:
    office, pusher = pushed
    await push(pusher, sample("question-new"))
    token = bearer(office.token(role))
    figures = await office.running.http.get(f"{BOX}/figures", headers=token)
    assert figures.status_code == (200 if role == "reader" else 403)
    assert "@" not in figures.text
    if role == "reader":
        assert (figures.json()["waiting"], figures.json()["classes"][0]["class"]) == (1, "question")
    assert (await office.running.http.get(BOX, headers=token)).status_code == 403
