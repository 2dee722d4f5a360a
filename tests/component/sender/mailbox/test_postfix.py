"""A real mail server pushes to us: Debian's Postfix, set up as docs/operating.md says."""

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import LocalServerError
from services.sender.main import mailbox_workers
from services.sender.settings import SenderSettings
from tests.component.sender.mailbox.postfix import TRANSPORT, PrivatePostfix
from tests.component.sender.mailbox.reader import SHARED, Counter, hard
from tests.support.waiting import until

ASA = "asa.lind@example.se"
OPERATING = Path(__file__).parents[4] / "docs" / "operating.md"


@pytest.fixture
def lmtp() -> str:
    return f"{LOOPBACK}:{free_ports(1)[0]}"


@pytest.fixture
def postfix(lmtp: str) -> Iterator[PrivatePostfix]:
    try:
        server = PrivatePostfix(lmtp)
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


class Listening:
    """The service's own listener, where Postfix pushes to."""

    def __init__(self, counter: Counter, lmtp: str) -> None:
        settings = SenderSettings(
            **{**counter.settings.model_dump(), "lmtp_listen": lmtp, "lmtp_megabytes": 1}
        )
        [self._worker] = mailbox_workers(counter.base, settings)
        self._stop = asyncio.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.ensure_future(self._worker.run(self._stop))

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        async with asyncio.timeout(5):
            await self._task


async def noted(counter: Counter) -> int:
    return len(await counter.noted())


async def test_a_notice_goes_through_a_real_server_to_the_mail_it_is_about(
    counter: Counter, postfix: PrivatePostfix, lmtp: str
) -> None:
    mail_id = await counter.sent(ASA)
    path = counter.path(mail_id)
    async with Listening(counter, lmtp):
        await asyncio.to_thread(postfix.send, hard(ASA, to=path), path)
        await until(lambda: noted(counter), bool)
        await until(lambda: asyncio.to_thread(postfix.queued), lambda left: left == 0)
    row = await counter.one("SELECT state FROM delivery")
    assert row.state == "bounced"
    assert [each["reason"] for each in await counter.failed()] == ["dead_address"]


async def test_what_people_write_arrives_as_they_wrote_it(
    counter: Counter, postfix: PrivatePostfix, lmtp: str
) -> None:
    words = "Hej!\r\n.\r\n..två punkter\r\nFrån Åsa: hur gör vi?\r\n"
    head = f"From: {ASA}\r\nTo: {SHARED}\r\nSubject: Fraga\r\nContent-Type: text/plain; charset=utf-8\r\n"
    message = f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n{words}".encode()
    async with Listening(counter, lmtp):
        await asyncio.to_thread(postfix.send, message, "info+arende-7@onsdag.example.org", ASA)
        await until(lambda: noted(counter), bool)
    kept = message_from_bytes(bytes((await counter.one("SELECT content FROM mailbox_words")).content))
    assert kept.get_payload(decode=True) == words.encode()
    assert kept["Return-Path"] == f"<{ASA}>"


async def test_a_server_keeps_what_cannot_be_noted_and_brings_it_when_it_can(
    counter: Counter, postfix: PrivatePostfix, lmtp: str
) -> None:
    message = f"From: {ASA}\r\nTo: {SHARED}\r\nSubject: Fraga\r\n\r\nHur gor vi?\r\n".encode()
    async with Listening(counter, lmtp):
        async with counter.base.database.begin() as conn:
            await conn.exec_driver_sql("ALTER TABLE mailbox_words RENAME TO gone")
        await asyncio.to_thread(postfix.send, message, SHARED, ASA)
        await until(lambda: asyncio.to_thread(postfix.log), lambda seen: "451 4.3.0 it cannot be" in seen)
        await until(lambda: asyncio.to_thread(postfix.queued, "deferred"))
        async with counter.base.database.begin() as conn:
            await conn.exec_driver_sql("ALTER TABLE gone RENAME TO mailbox_words")
        await asyncio.to_thread(postfix.flush)
        await until(lambda: noted(counter), bool)
        await until(lambda: asyncio.to_thread(postfix.queued), lambda left: left == 0)
    assert await noted(counter) == 1


async def test_what_is_too_big_is_refused_for_good_and_the_next_is_taken(
    counter: Counter, postfix: PrivatePostfix, lmtp: str
) -> None:
    head = f"From: {ASA}\r\nTo: {SHARED}\r\nSubject: Fraga\r\n\r\n".encode()
    async with Listening(counter, lmtp):
        await asyncio.to_thread(postfix.send, head + b"x" * 70 + b"\r\n" * 2**20, SHARED, ASA)
        await asyncio.to_thread(postfix.send, head + b"Hur gor vi?\r\n", SHARED, ASA)
        await until(lambda: noted(counter), bool)
        await until(lambda: asyncio.to_thread(postfix.log), lambda seen: "status=bounced" in seen)
    assert await noted(counter) == 1


def test_the_lines_of_the_manual_are_those_that_were_tried() -> None:
    shown = OPERATING.read_text()
    first = TRANSPORT.strip().splitlines()[0].format(lmtp="127.0.0.1:2400")
    assert f"`{first.replace('onsdag.example.org', 'example.org')}`" in shown
