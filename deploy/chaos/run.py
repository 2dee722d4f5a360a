"""``onsdag chaos``: editions go out while the senders are killed and their servers restarted."""

import asyncio
import logging
import secrets
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.chaos import bus, ledger
from deploy.chaos.arrivals import Arrivals
from deploy.chaos.bus import Hearing
from deploy.chaos.disturbing import Disturber
from deploy.chaos.edition import ChaosEdition
from deploy.chaos.plan import Kind, plan
from deploy.chaos.senders import Senders
from deploy.chaos.verdict import Verdict
from deploy.local.stack import LocalStack
from shared.persistence.migrations import upgrade

LEASE_SECONDS = 4.0
AHEAD = 5000
"""Most mails that were commanded and have not arrived: commands go on while the edition does."""
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 180.0
"""How long nothing may arrive before the run gives up, and counts what is missing."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What is wanted: so many kills among so many processes, by chance with a seed; mails of an edition."""

    kills: int
    mails: int
    processes: int
    seed: int


async def run(order: Order, say: Say) -> Verdict:
    """Do it with private servers, which are gone afterwards, and return the verdict."""
    _let_the_broker_be_away()
    say("starting PostgreSQL, RabbitMQ and the mail sink")
    async with LocalStack(settings={}) as stack, AsyncExitStack() as exits:
        folder = Path(exits.enter_context(TemporaryDirectory(prefix="onsdag-chaos-")))
        await asyncio.to_thread(upgrade, "sender", stack.urls.database_url)
        await bus.declare_queues(stack.urls.amqp_url)
        assert stack.sink is not None
        senders = Senders(folder, _environment(stack), stack.sink.port)
        exits.push_async_callback(senders.stop)
        return await _Run(order, stack, senders, say).to_its_end()


def _let_the_broker_be_away() -> None:
    """It is what this command wants: the libraries need not tell on every attempt."""
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "coroutine 'Connection.close' was never awaited", RuntimeWarning)


def _environment(stack: LocalStack) -> dict[str, str]:
    return {
        "ONSDAG_DATABASE_URL": stack.urls.database_url,
        "ONSDAG_AMQP_URL": stack.urls.amqp_url,
        "ONSDAG_SMTP_URL": stack.urls.smtp_url,
        "ONSDAG_SECRET_KEY": secrets.token_urlsafe(32),
        "ONSDAG_LEASE_SECONDS": str(LEASE_SECONDS),
    }


class _Run:
    def __init__(self, order: Order, stack: LocalStack, senders: Senders, say: Say) -> None:
        assert stack.sink is not None
        self._order = order
        self._urls = stack.urls
        self._senders = senders
        self._say = say
        self._began = time.monotonic()
        self._arrivals = Arrivals(stack.sink.folder)
        self._hearing = Hearing(stack.urls.amqp_url)
        self._disturber = Disturber(stack, senders, self._tell)
        self._editions: list[ChaosEdition] = []

    async def to_its_end(self) -> Verdict:
        """Deliver and disturb until all is done, end the senders, count."""
        await self._senders.start(self._order.processes)
        async with _beside(self._senders.supervise(), self._hearing.run(), self._arrivals.follow()):
            disturbances = plan(self._order.kills, self._order.seed)
            async with _beside(self._disturber.carry_out(disturbances)) as (disturbing,):
                while await self._deliver_one() and not disturbing.done():
                    pass
            await self._settle()
        await self._senders.stop()
        return await self._verdict()

    async def _deliver_one(self) -> bool:
        """Deliver an edition. Return False if it does not get through."""
        edition = ChaosEdition.of(self._order.mails)
        self._editions.append(edition)
        self._arrivals.tally.expect(edition.mails)
        self._tell(f"edition {len(self._editions)}: {len(edition.mails)} mails")
        async with _beside(self._command(edition)):
            return await self._is_delivered(edition)

    async def _command(self, edition: ChaosEdition) -> None:
        """Say the commands of an edition, not far ahead of what arrives."""
        amqp_url, name = self._urls.amqp_url, str(edition.edition_id)
        before = self._arrivals.tally.planned - len(edition.mails)
        await bus.say(amqp_url, edition.announcement(), name)
        commanded = 0
        for batch in edition.batches():
            await self._arrivals.reach(before + commanded - AHEAD)
            await bus.say(amqp_url, batch, f"{name}/{batch.batch}")
            commanded += len(batch.mails)

    async def _is_delivered(self, edition: ChaosEdition) -> bool:
        """Wait until an edition is through; return False if for too long nothing moves."""
        seen, moved = 0, time.monotonic()
        while time.monotonic() - moved < PATIENCE_SECONDS:
            accepted = await ledger.accepted(self._urls.database_url, edition.edition_id)
            if accepted == len(edition.mails):
                return True
            if accepted > seen:
                seen, moved = accepted, time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
        self._tell("nothing moves any more: giving up\n" + self._senders.log_ends())
        return False

    async def _settle(self) -> None:
        """Wait until the senders have nothing more to do or to say, and all that they said was heard."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            now = await ledger.standing(self._urls.database_url)
            if not (now.unfinished or now.outbox or self._unreported() or await self._queued()):
                return
            await asyncio.sleep(LOOK_SECONDS)
        self._tell("something is left over\n" + self._senders.log_ends())

    async def _verdict(self) -> Verdict:
        """Count, after everything has ended: what no sender holds any more lies in the queues."""
        await self._arrivals.catch_up()
        tally, did, count = self._arrivals.tally, self._disturber, self._disturber.count
        at_the_end = await ledger.standing(self._urls.database_url)
        return Verdict(
            mails=tally.planned,
            editions=len(self._editions),
            sent=tally.sent,
            missing=tally.missing,
            duplicates=tally.duplicates,
            altered=tally.altered,
            foreign=tally.foreign,
            uncertain=at_the_end.uncertain,
            unreported=self._unreported(),
            kills=count[Kind.KILL],
            wanted_kills=self._order.kills,
            open_connections=did.open_connections,
            stalls=count[Kind.STALL],
            stalled_connections=did.stalled_connections,
            broker_restarts=count[Kind.RESTART_BROKER] + count[Kind.CRASH_BROKER],
            database_restarts=count[Kind.RESTART_DATABASE] + count[Kind.CRASH_DATABASE],
            ended_by_themselves=self._senders.ended_by_themselves,
            unfinished=at_the_end.unfinished,
            left_in_outbox=at_the_end.outbox,
            left_in_queues=await self._queued(),
            seed=self._order.seed,
            processes=self._order.processes,
            seconds=round(time.monotonic() - self._began),
        )

    async def _queued(self) -> int:
        return await bus.left_in_queues(self._urls.amqp_url)

    def _unreported(self) -> int:
        return self._hearing.unreported(mail for edition in self._editions for mail in edition.mails)

    def _tell(self, sentence: str) -> None:
        arrived = self._arrivals.tally.sent
        self._say(f"{time.monotonic() - self._began:7.1f} s  {arrived:>8} arrived  {sentence}")


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list["asyncio.Task[None]"]]:
    """Let work go on for as long as the block lasts. What fails there fails here."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
        yield tasks
        for task in tasks:
            task.cancel()
