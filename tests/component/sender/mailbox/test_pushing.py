"""Messages that a server pushes by LMTP: committed before they are taken, an answer for each recipient."""

import asyncio
import re
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from deploy.local.ports import LOOPBACK, free_ports
from services.sender.adapters.mailbox.lmtp import Delivery, Listener, NoListener, address_of
from services.sender.domain.mailbox.own_addresses import OwnAddresses
from services.sender.main import mailbox_workers
from services.sender.settings import SenderSettings
from shared.persistence.database import Database
from tests.component.sender.mailbox.pushing import SHARED, Pusher
from tests.component.sender.mailbox.reader import Counter, hard, open_counter
from tests.support.waiting import until

OWN = OwnAddresses(SHARED, "bounce@onsdag.example.org")
ASA = "asa.lind@example.se"
MIB = 2**20


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[Pusher]:
    stop = asyncio.Event()
    task = asyncio.create_task(listener.run(stop))
    pusher = Pusher(address_of(listener.listen)[1])
    await until(pusher.listening)
    yield pusher
    stop.set()
    async with asyncio.timeout(5):
        await task


def kept(deliveries: list[Delivery], most: int = MIB) -> Listener:
    """A listener that keeps what it takes."""

    async def keep(delivery: Delivery) -> None:
        deliveries.append(delivery)

    return Listener(f"{LOOPBACK}:{free_ports(1)[0]}", most, OWN.take, keep)


def of_counter(counter: Counter) -> Listener:
    """The listener that the service has, on the counter's database."""
    listen = f"{LOOPBACK}:{free_ports(1)[0]}"
    settings = SenderSettings(**{**counter.settings.model_dump(), "lmtp_listen": listen})
    [worker] = mailbox_workers(counter.base, settings)
    listener = getattr(worker.run, "__self__", None)
    assert isinstance(listener, Listener)
    return listener


async def test_it_is_taken_only_after_the_commit(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock'")

    async def waits(database: Database) -> bool:
        async with database.begin() as conn:
            return bool(await conn.scalar(blocked))

    async with listening(of_counter(counter)) as pusher:
        async with counter.base.database.begin() as conn:
            await conn.exec_driver_sql("LOCK TABLE mailbox_words IN EXCLUSIVE MODE")
            push = asyncio.to_thread(pusher.push, hard(ASA, to=SHARED), counter.path(mail_id))
            pushing = asyncio.create_task(push)
            await until(lambda: waits(counter.base.database))
            assert not pushing.done()
            assert await counter.noted() == []
        [(code, _)] = await pushing
    assert code == 250
    assert len(await counter.failed()) == 1


async def test_without_the_database_the_server_keeps_it() -> None:
    nowhere = f"postgresql://onsdag@{LOOPBACK}:{free_ports(1)[0]}/onsdag"
    async with open_counter(nowhere) as counter, listening(of_counter(counter)) as pusher:
        answers = await asyncio.to_thread(pusher.push, hard(ASA, to=SHARED), SHARED)
    assert [code for code, _ in answers] == [451]


async def test_each_recipient_has_its_own_answer() -> None:
    taken: list[Delivery] = []

    async def only_the_shared_one(delivery: Delivery) -> None:
        if delivery.recipient != SHARED:
            raise OSError("the database went away in between")
        taken.append(delivery)

    listener = Listener(f"{LOOPBACK}:{free_ports(1)[0]}", MIB, OWN.take, only_the_shared_one)
    async with listening(listener) as pusher:
        to = (SHARED, "bounce+a-b@onsdag.example.org", "nagon.annan@example.org", "info+x@onsdag.example.org")
        answers = await asyncio.to_thread(pusher.push, b"Subject: hej\n\nhej", *to)
        again = await asyncio.to_thread(pusher.push, b"Subject: hej\n\nhej", "nagon.annan@example.org")
    assert [code for code, _ in answers] == [250, 451, 451]
    assert [code for code, _ in again] == [550]
    assert len(taken) == 1


async def test_what_is_too_big_is_refused_for_each_and_the_next_is_taken() -> None:
    taken: list[Delivery] = []
    async with listening(kept(taken)) as pusher:
        big = b"Subject: hej\n\n" + b"x" * 70 + b"\n" * (MIB + 1)
        answers = await asyncio.to_thread(pusher.push, big, SHARED, "bounce@onsdag.example.org")
        after = await asyncio.to_thread(pusher.push, b"Subject: hej\n\nhej", SHARED)
        announced = await asyncio.to_thread(pusher.announce, MIB + 1)
    assert [code for code, _ in answers] == [552, 552]
    assert announced == 552
    assert [code for code, _ in after] == [250]
    assert len(taken) == 1


@pytest.mark.parametrize(
    "content",
    [b".\r\n..\r\n", b"Hej\r\n\r\n.en punkt\r\n", b"a" * 200_000 + b"\r\n", b"\nbara\nLF\r\n", b"\r\n", b""],
)
async def test_a_message_is_taken_as_it_is(content: bytes) -> None:
    taken: list[Delivery] = []
    async with listening(kept(taken)) as pusher:
        with socket.create_connection((LOOPBACK, pusher.port), timeout=20) as connection:
            stuffed = re.sub(rb"(^|\r\n)\.", rb"\1..", content)
            commands = b"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<%b>\r\nDATA\r\n%b.\r\nQUIT\r\n"
            wire = commands % (SHARED.encode(), stuffed)
            await asyncio.to_thread(connection.sendall, wire)  # all of it at once (RFC 2920)
            answers = await asyncio.to_thread(connection.makefile("rb").read)
    assert b"250 2.0.0" in answers
    assert [each.content for each in taken] == [content]


async def test_a_million_lines_take_no_more_than_their_octets() -> None:
    taken: list[Delivery] = []
    most = 2 * MIB
    async with listening(kept(taken, most)) as pusher:
        lines = b"\n" * (most // 2 - 64)
        tracemalloc.start()
        try:
            await asyncio.to_thread(pusher.push, lines, SHARED)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(taken) == 1
    assert peak < 10 * most  # the sender's copies and ours; an object for each line would be fifty times it


@pytest.mark.parametrize("listen", ["localhost", "24", "localhost:", "localhost:0", "localhost:99999", ":24"])
def test_where_to_listen_is_written_in_one_way(listen: str) -> None:
    with pytest.raises(NoListener):
        address_of(listen)
    with pytest.raises(ValueError, match="host:port"):
        SenderSettings(secret_key="k" * 32, lmtp_listen=listen)


def test_ipv6_is_written_in_brackets() -> None:
    assert address_of("[::1]:2400") == ("::1", 2400)


@pytest.mark.parametrize("bounce", ["", "bounce@onsdag.example.org", "studs@mail.example.org"])
@pytest.mark.parametrize(
    "address", [SHARED, "{bounce}", "Info@Onsdag.example.org", "info+arenden@onsdag.example.org"]
)
def test_the_desk_is_not_the_mailbox_that_is_read(address: str, bounce: str) -> None:
    desk = address.replace("{bounce}", bounce or "bounce@onsdag.example.org")
    with pytest.raises(ValueError, match="in a circle"):
        SenderSettings(secret_key="k" * 32, desk_address=desk, bounce_address=bounce)


def test_without_a_setting_nobody_listens(counter: Counter) -> None:
    assert mailbox_workers(counter.base, counter.settings) == []
