"""Senders that are killed: started again they finish; and ``onsdag chaos`` leaves nothing running."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.chaos import bus
from deploy.chaos.arrivals import Arrivals
from deploy.chaos.edition import ChaosEdition
from deploy.chaos.senders import Senders
from deploy.local.mail import PrivateSink
from shared.persistence.migrations import upgrade
from tests.support.processes import processes_with
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
MAILS = 3000


@pytest.fixture
async def senders(
    fresh_database: str, fresh_vhost: str, sink: PrivateSink, tmp_path: Path
) -> AsyncIterator[Senders]:
    await asyncio.to_thread(upgrade, "sender", fresh_database)
    await bus.declare_queues(fresh_vhost)
    environment = {
        "ONSDAG_DATABASE_URL": fresh_database,
        "ONSDAG_AMQP_URL": fresh_vhost,
        "ONSDAG_SMTP_URL": sink.url,
        "ONSDAG_SECRET_KEY": uuid4().hex,
        "ONSDAG_LEASE_SECONDS": "3",
    }
    made = Senders(tmp_path, environment, sink.port)
    yield made
    await made.stop()


async def test_killed_sender_only_has_to_be_started_again(
    senders: Senders, fresh_vhost: str, sink: PrivateSink
) -> None:
    edition, arrivals = ChaosEdition.of(MAILS), Arrivals(sink.folder)
    arrivals.tally.expect(edition.mails)

    async def sent() -> int:
        await arrivals.catch_up()
        return arrivals.tally.sent

    for message in (edition.announcement(), *edition.batches()):
        await bus.say(fresh_vhost, message, f"{edition.edition_id}/{getattr(message, 'batch', 0)}")
    await senders.start(1)
    await until(sent, lambda seen: seen > MAILS // 5, seconds=60)
    opened = await senders.kill(await senders.pick(0))
    assert await sent() < MAILS
    await senders.start(1)
    await until(sent, lambda seen: seen == MAILS, seconds=60)
    assert (arrivals.tally.missing, arrivals.tally.altered, arrivals.tally.foreign) == (0, 0, 0)
    assert arrivals.tally.duplicates <= opened == 20


async def test_ctrl_c_ends_chaos_with_everything_it_started() -> None:
    mark = uuid4().hex
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "chaos", "--kills", "100", "--mails", "1000"),
        cwd=ROOT,
        stderr=PIPE,
        env={**os.environ, "ONSDAG_E2E_MARK": mark},
    )
    try:
        assert process.stderr is not None
        seen = [line async for line in _up_to(process.stderr, b"kill 1:")]
        process.send_signal(signal.SIGINT)
        rest = await asyncio.wait_for(process.stderr.read(), 60)
        assert await process.wait() == 130, b"".join([*seen, rest]).decode()
    finally:
        if process.returncode is None:
            process.kill()
    assert processes_with(mark) == []


async def _up_to(lines: asyncio.StreamReader, wanted: bytes) -> AsyncIterator[bytes]:
    async for line in lines:
        yield line
        if wanted in line:
            return
