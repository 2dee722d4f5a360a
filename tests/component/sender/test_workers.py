"""Several workers on one ledger, stopped and killed at any time."""

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.local.mail import PrivateSink
from deploy.local.sink.store import read_messages
from shared.clock import FileClock
from shared.persistence.database import Database, engine_for
from tests.component.sender.filling import fill
from tests.component.sender.post_office import (
    MORNING,
    parse,
)
from tests.component.sender.worker import deliver
from tests.support.waiting import until

CHECKOUT = Path(__file__).parents[3]
CONNECTIONS = 20


@dataclass(frozen=True)
class Ledger:
    """A ledger full of planned mail, and a relay."""

    database_url: str
    sink: PrivateSink
    clock: Path
    database: Database
    started: list[Process] = field(default_factory=list)

    async def start(self) -> Process:
        """Start a worker in a process of its own."""
        arguments = [self.database_url, self.sink.url, str(self.clock)]
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.component.sender.worker", *arguments, cwd=CHECKOUT, stderr=DEVNULL
        )
        self.started.append(worker)
        return worker

    async def close(self) -> None:
        for worker in self.started:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
        await self.database.close()

    async def fill(self, mails: int) -> None:
        await fill(self.database, [f"p{number}@example.org" for number in range(mails)])

    async def left(self) -> int:
        async with self.database.begin() as conn:
            result = await conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE state <> 'accepted'")
            return int(result.scalar_one())

    async def falls_below(self, mails: int) -> None:
        await until(self.left, lambda left: left < mails)

    async def arrived(self) -> Counter[str]:
        """Return how many mails each address got, whole."""
        received = await asyncio.to_thread(lambda: list(read_messages(self.sink.folder)))
        return Counter(each.recipients[0] for each in received)


@pytest.fixture
async def ledger(sender_database: str, sink: PrivateSink, tmp_path: Path) -> AsyncIterator[Ledger]:
    FileClock(tmp_path / "clock.json").set(MORNING)
    database = Database(engine_for(sender_database, "sender", pool_size=2))
    full = Ledger(sender_database, sink, tmp_path / "clock.json", database)
    yield full
    await full.close()


async def test_two_workers_deliver_each_mail_once(ledger: Ledger) -> None:
    await ledger.fill(1500)
    stop = asyncio.Event()
    workers = [
        asyncio.create_task(deliver(ledger.database_url, ledger.sink.url, str(ledger.clock), stop))
        for _ in range(2)
    ]
    await until(ledger.left, lambda left: left == 0, seconds=60)
    stop.set()
    await asyncio.gather(*workers)
    assert set((await ledger.arrived()).values()) == {1}
    assert len(await ledger.arrived()) == 1500


async def test_stopped_worker_gives_back_what_it_had_not_begun(ledger: Ledger) -> None:
    await ledger.fill(3000)
    stop = asyncio.Event()
    worker = asyncio.create_task(deliver(ledger.database_url, ledger.sink.url, str(ledger.clock), stop))
    await ledger.falls_below(2500)
    stop.set()
    await worker
    async with ledger.database.begin() as conn:
        states = set(await conn.scalars(text("SELECT DISTINCT state FROM delivery")))
    assert states == {"accepted", "planned"}
    assert set((await ledger.arrived()).values()) == {1}


async def test_killed_worker_loses_nothing_and_repeats_no_more_than_was_in_flight(ledger: Ledger) -> None:
    await ledger.fill(2000)
    for _ in range(3):
        before = await ledger.left()
        worker = await ledger.start()
        await ledger.falls_below(before - 200)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    await ledger.start()
    await until(ledger.left, lambda left: left == 0, seconds=60)
    arrived = await ledger.arrived()
    assert len(arrived) == 2000
    assert sum(arrived.values()) - 2000 <= 3 * CONNECTIONS
    await assert_copies_are_identical(ledger)


async def test_worker_that_slept_through_its_lease_sends_nothing_that_is_no_longer_its_own(
    ledger: Ledger,
) -> None:
    await ledger.fill(2000)
    sleeper = await ledger.start()
    await ledger.falls_below(1800)
    sleeper.send_signal(signal.SIGSTOP)
    await ledger.start()
    await until(ledger.left, lambda left: left == 0, seconds=60)
    sleeper.send_signal(signal.SIGCONT)
    assert await sleeper.wait() == 1  # it notices and ends; the host starts it anew
    arrived = await ledger.arrived()
    assert len(arrived) == 2000
    assert sum(arrived.values()) - 2000 <= CONNECTIONS
    await assert_copies_are_identical(ledger)


async def assert_copies_are_identical(ledger: Ledger) -> None:
    """Whoever got a mail twice can tell: same Message-ID, same Date, same everything."""
    copies: dict[str, set[bytes]] = {}
    for each in await asyncio.to_thread(lambda: list(read_messages(ledger.sink.folder))):
        copies.setdefault(each.recipients[0], set()).add(each.raw)
    assert all(len(different) == 1 for different in copies.values())
    assert parse(next(iter(copies["p0@example.org"])))["Message-ID"]
