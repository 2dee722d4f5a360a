"""Texts by SMPP 3.4, to an SMSC that shares no code with ours: parts, receipts, answers, trouble (D7)."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from deploy.local.process import LocalServerError
from services.sender.adapters.texts.smpp.gateway import SmppGateway
from services.sender.domain.texts.gateway import NotHandedOver, OutgoingText
from shared.contracts.texts import TextRefused
from shared.ids import new_id
from shared.phones import phone_hash
from shared.texting import decode
from tests.component.sender.texts.text_desk import ASA, TextDesk, open_text_desk, send_text
from tests.support.smsc import PASSWORD, USER, Smsc, open_smsc


@pytest.fixture(scope="module")
async def running_smsc() -> AsyncIterator[Smsc]:
    try:
        async with open_smsc() as opened:
            yield opened
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
async def running_desk(
    text_database: str, text_vhost: str, running_smsc: Smsc, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TextDesk]:
    url = f"smpp://{USER}:{PASSWORD}@127.0.0.1:{running_smsc.port}?answers=hex"
    folder = tmp_path_factory.mktemp("smpp")
    async with open_text_desk(text_database, text_vhost, url, folder, sms_from="+46701740600") as opened:
        yield opened


@pytest.fixture
async def smsc(running_smsc: Smsc) -> Smsc:
    running_smsc.read.clear()
    return running_smsc


async def test_a_text_is_submitted_as_the_protocol_wants_it(text_desk: TextDesk, smsc: Smsc) -> None:
    await text_desk.say(send_text(words="Räksmörgås [5 €]"))
    await text_desk.become(accepted=1)
    (pdu,) = smsc.submitted
    assert (pdu["source_addr"], pdu["source_addr_ton"]) == ("46701740600", 1)
    assert (pdu["destination_addr"], pdu["dest_addr_ton"], pdu["dest_addr_npi"]) == (ASA[1:], 1, 1)
    assert (pdu["esm_class"], pdu["data_coding"], pdu["registered_delivery"]) == (0, 0, 1)
    assert "000000075900000R" < pdu["validity_period"] <= "000000080000000R"  # noon, and night at eight
    assert decode(bytes.fromhex(pdu["short_message"]), "gsm7") == "Räksmörgås [5 €]"


async def test_parts_belong_together_and_none_is_too_long(text_desk: TextDesk, smsc: Smsc) -> None:
    words = "😀 receipt=DELIVRD " + "å" * 60
    await text_desk.say(send_text(words=words))
    await text_desk.become(accepted=1)
    raw = [bytes.fromhex(pdu["short_message"]) for pdu in smsc.submitted]
    assert {pdu["esm_class"] for pdu in smsc.submitted} == {0x40}
    assert {pdu["data_coding"] for pdu in smsc.submitted} == {8}
    assert [(part[:3], part[4], part[5]) for part in raw] == [(b"\5\0\3", 2, 1), (b"\5\0\3", 2, 2)]
    assert len({part[3] for part in raw}) == 1
    assert max(map(len, raw)) <= 140
    assert "".join(decode(part[6:], "ucs2") for part in raw) == words


async def test_a_text_of_two_parts_is_delivered_when_both_are(text_desk: TextDesk, smsc: Smsc) -> None:
    await text_desk.say(send_text(key="one of two", words="receipt=DELIVRD " + "a" * 160))
    await smsc.heard("deliver_sm_resp")
    await text_desk.become(accepted=1)
    await text_desk.say(send_text(key="both", words=("receipt=DELIVRD " + "a" * 137) * 2))
    await text_desk.become(accepted=1, delivered=1)


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("receipt=DELIVRD", "delivered"),
        ("receipt=UNDELIV", "undelivered"),
        ("receipt=ENROUTE", "accepted"),
        ("early=DELIVRD", "delivered"),
        ("early=EXPIRED receipt=DELIVRD", "delivered"),
        ("parameters=2", "delivered"),
        ("parameters=5", "undelivered"),
        ("broken receipt=DELIVRD", "delivered"),
    ],
)
async def test_receipts_are_understood_and_acknowledged(
    text_desk: TextDesk, smsc: Smsc, words: str, stands: str
) -> None:
    """Also those that are odd, that overtake the answer, or that say nothing."""
    await text_desk.say(send_text(words=words))
    await text_desk.become(**{stands: 1})
    receipts = words.count("=") + words.count("broken")
    answered = await smsc.heard("deliver_sm_resp", receipts)
    assert {pdu["status"] for pdu in answered} == {0}


async def test_what_the_smsc_puts_off_is_tried_again_and_what_it_refuses_is_not(
    text_desk: TextDesk, smsc: Smsc
) -> None:
    await text_desk.say(send_text(key="throttled", words="status=88"))
    await text_desk.become(deferred=1)
    await text_desk.execute("UPDATE text_delivery SET due_at = now()")
    await text_desk.become(accepted=1)
    await text_desk.say(send_text(key="bad", words="status=11"))
    await text_desk.become(accepted=1, refused=1)
    assert len(smsc.submitted) == 3


async def test_a_session_that_breaks_leaves_one_text_uncertain_and_is_opened_again(
    text_desk: TextDesk, smsc: Smsc
) -> None:
    await text_desk.say(send_text(key="lost", words="hangup"))
    await text_desk.become(uncertain=1)
    await text_desk.say(send_text(key="next", words="hej"))
    await text_desk.become(uncertain=1, accepted=1)
    assert len(await smsc.heard("bind_transceiver")) >= 1


async def test_an_smsc_that_does_not_answer_leaves_it_uncertain(text_desk: TextDesk, smsc: Smsc) -> None:
    await text_desk.say(send_text(words="silent"))
    await text_desk.become(uncertain=1)
    assert len(smsc.submitted) == 1


async def test_a_phone_that_answers_stop_is_heard(text_desk: TextDesk, smsc: Smsc) -> None:
    await text_desk.say(send_text(words="reply=STOPP"))
    said = await text_desk.running.world.hear("compliance.note-refused-texts", TextRefused)
    assert said.address_hash == phone_hash(text_desk.settings.secret, ASA).hex()
    assert smsc.submitted


async def test_a_wrong_password_is_said_and_nothing_left() -> None:
    """An SMSC of its own: a session is one at a time there."""
    async with open_smsc() as smsc:
        gateway = SmppGateway.parse(f"smpp://{USER}:wrong@127.0.0.1:{smsc.port}", "Onsdag", 2.0)
        text = OutgoingText(new_id(), ASA, "hej", timedelta(hours=1), "")
        with pytest.raises(NotHandedOver, match="0x0000000E"):
            await gateway.submit(text)
        assert smsc.submitted == []
    with pytest.raises(NotHandedOver, match="no connection"):
        await gateway.submit(text)


async def test_all_who_wait_for_a_session_wait_for_one_attempt() -> None:
    """One after another they would hold their texts for longer than these are theirs."""
    connections = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        gateway = SmppGateway.parse(f"smpp://{USER}:{PASSWORD}@127.0.0.1:{port}", "Onsdag", 0.2)
        text = OutgoingText(new_id(), ASA, "hej", timedelta(hours=1), "")
        found = await asyncio.gather(*(gateway.submit(text) for _ in range(8)), return_exceptions=True)
    assert {type(each) for each in found} == {NotHandedOver}
    assert len(connections) == 1


async def test_a_text_whose_time_passed_while_it_waited_for_the_session_does_not_leave() -> None:
    async with open_smsc() as smsc:
        gateway = SmppGateway.parse(f"smpp://{USER}:{PASSWORD}@127.0.0.1:{smsc.port}", "Onsdag", 2.0)
        late = OutgoingText(new_id(), ASA, "hej", timedelta(hours=1), "", begin_by=time.monotonic())
        with pytest.raises(NotHandedOver, match="too long"):
            await gateway.submit(late)
        await gateway.stop()
        assert smsc.submitted == []


async def test_a_text_that_is_valid_for_longer_than_the_protocol_can_say_leaves() -> None:
    async with open_smsc() as smsc:
        gateway = SmppGateway.parse(f"smpp://{USER}:{PASSWORD}@127.0.0.1:{smsc.port}", "Onsdag", 2.0)
        await gateway.submit(OutgoingText(new_id(), ASA, "hej", timedelta(weeks=100), ""))
        await gateway.stop()
        assert [pdu["validity_period"] for pdu in smsc.submitted] == ["010216000000000R"]


@pytest.mark.parametrize(
    "url",
    [
        "smpp://127.0.0.1",
        "smpp://u:muchtoolong@h",
        "smpp://%C3%A5sa:p@h",
        "smpp://u:l%C3%B6sen@h",
        "smpp://u:p%00@h",
        "smpp://u:p@h?type=muchtoolongtype",
        "smpp://u:p@h?answers=octal",
        "http://u:p@h",
    ],
)
def test_an_account_that_cannot_be_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMSC|room|decimal"):
        SmppGateway.parse(url, "Onsdag", 2.0)
