"""Whole schedulers, as they are run, killed with messages waiting on a real bus: nothing lost, nothing twice.

Where they are killed is no chance: a gate in the database holds a statement until its processes are dead.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import aio_pika
import asyncpg
import pytest

from deploy.demo.processes import Services
from deploy.topology import all_queues
from services.scheduler.adapters import register
from services.scheduler.adapters.register import AssignmentRow, PersonRow, UnitRow
from shared.addresses import address_hash
from shared.clock import FileClock
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderScheduled
from shared.contracts.sender import BatchRecorded, DeliverBatch, DeliveryReported, Outcome, PrepareEdition
from shared.messaging.topology import declare
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import CUTOFF, HEARD_IN, RELEASE, SECRET, TUESDAY, order
from tests.support.databases import driverless
from tests.support.one_service import World
from tests.support.vhosts import Vhosts
from tests.support.waiting import until

M = TypeVar("M", bound=Message)
PEOPLE = 3000
BATCHES = 12
ORDERS = 12
GATES = {
    "orders": ("BEFORE INSERT ON orders", "NEW.order_no > 4"),
    "freeze": ("BEFORE UPDATE ON edition", "NEW.state = 'frozen' AND OLD.state = 'open'"),
    "hand-over": ("BEFORE UPDATE ON batch", "NEW.batch_no = 10 AND OLD.handed_at IS NULL"),
}
"""Statements before which schedulers are killed: when a third of the orders that came are placed, when an
edition is about to be decided, and when most of its batches are handed over."""

HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"


@dataclass
class Schedulers:
    """Two processes, as an organisation runs them, and everything around them."""

    processes: list[Services]
    world: World
    clock: FileClock
    gate: asyncpg.Connection
    heard: dict[str, dict[UUID, Message]] = field(default_factory=dict)

    async def start(self) -> None:
        for each in self.processes:
            each.start_one("scheduler")
        await asyncio.gather(*(each.ready("scheduler") for each in self.processes))

    async def die_at(self, gate: str) -> None:
        """Kill both when one has come to a gate, and take the gate away."""
        await until(lambda: self.gate.fetchval(HELD), lambda waiting: waiting > 0)
        for each in self.processes:
            each.kill("scheduler")
        table = GATES[gate][0].rpartition(" ")[2]
        await self.gate.execute("SELECT pg_advisory_unlock(1)")
        await self.gate.execute(f'DROP TRIGGER "{gate}" ON {table}')
        await self.gate.execute("SELECT pg_advisory_lock(1)")

    async def hear(self, queue: str, model: type[M], count: int) -> list[M]:
        """Take what others hear, until so many different messages came; the relay may bring one twice."""
        found = self.heard.setdefault(queue, {})
        known = await self.world.channel.get_queue(queue)

        async def look() -> int:
            while (message := await known.get(fail=False, no_ack=True)) is not None:
                envelope = Envelope[model].model_validate_json(message.body)  # type: ignore[valid-type]
                found[envelope.id] = envelope.data
            return len(found)

        await until(look, lambda seen: seen >= count)
        return list(found.values())  # type: ignore[arg-type]  # of one queue


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(driverless(database_url), server_settings={"search_path": "scheduler"})
    try:
        yield conn
    finally:
        await conn.close()


async def settle(database_url: str) -> None:
    """Put a register there, and the gates, which whoever holds the lock keeps shut."""
    database = Database(engine_for(database_url, "scheduler", pool_size=1))
    people = [
        PersonRow(f"p{n}", 1, f"Anna Ek {n}", "sv", "ok", f"p{n}@example.org", _hash(f"p{n}@example.org"))
        for n in range(PEOPLE)
    ]
    async with database.begin() as conn:
        await register.copy_units(conn, [UnitRow("u1", 1, "Krets 1", "krets", "Skåne", None, closed=False)])
        await register.copy_persons(conn, people)
        held = [AssignmentRow(f"a{n}", 1, f"p{n}", "u1", "ordförande", None, None) for n in range(PEOPLE)]
        await register.copy_assignments(conn, held)
        await conn.exec_driver_sql(
            "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'"
        )
        for name, (when, condition) in GATES.items():
            await conn.exec_driver_sql(
                f'CREATE TRIGGER "{name}" {when} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION gate()'
            )
    await database.close()


def _hash(address: str) -> bytes:
    return address_hash(SECRET.encode(), address)


@pytest.fixture
async def schedulers(scheduler_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Schedulers]:
    await settle(scheduler_database)
    clock = FileClock(tmp_path / "clock")
    clock.set(TUESDAY)
    environment = {
        "ONSDAG_DATABASE_URL": scheduler_database,
        "ONSDAG_AMQP_URL": fresh_vhost,
        "ONSDAG_CLOCK": f"file:{clock.path}",
        "ONSDAG_SECRET_KEY": SECRET,
        "ONSDAG_SWEEP_SECONDS": "0.1",
        "ONSDAG_MOST_SECTIONS": "0",
        "ONSDAG_RESEND_AFTER_MINUTES": "60",
    }
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    processes = [Services(folder, environment, "http://127.0.0.1:9") for folder in folders]
    connection = await aio_pika.connect_robust(fresh_vhost)
    async with connection, connection.channel() as channel, connected(scheduler_database) as gate:
        mine = [q for q in all_queues() if q.name in HEARD_IN or q.name.startswith("scheduler.")]
        await declare(channel, mine)
        yield Schedulers(processes, World(channel), clock, gate)
        for each in processes:
            await each.stop()


async def test_schedulers_killed_with_messages_waiting_say_everything_once_and_lose_nothing(
    schedulers: Schedulers, vhosts: Vhosts, fresh_vhost: str
) -> None:
    say, clock = schedulers.world.say, schedulers.clock
    placed = [order(title=f"Order {number}", order_id=UUID(int=number)) for number in range(1, ORDERS + 1)]
    await schedulers.gate.execute("SELECT pg_advisory_lock(1)")
    for each in placed:
        await say(each, TUESDAY)
    await schedulers.start()
    await schedulers.die_at("orders")
    await until(lambda: schedulers.world.waiting_in("scheduler.place-order"), lambda n: n >= ORDERS - 4)

    await schedulers.start()
    answers = await schedulers.hear("intake.note-schedule", OrderScheduled, ORDERS)
    assert {each.order_id for each in answers} == {each.order_id for each in placed}
    clock.set(CUTOFF)
    await schedulers.die_at("freeze")

    await schedulers.start()
    (frozen,) = await schedulers.hear("intake.note-freeze", EditionFrozen, 1)
    assert (frozen.pairs, frozen.mails) == (ORDERS * PEOPLE, PEOPLE)
    clock.set(RELEASE)
    await schedulers.die_at("hand-over")

    await schedulers.start()
    batches = await schedulers.hear("sender.record-batch", DeliverBatch, BATCHES)
    for batch in batches:
        told = tuple(Outcome(mail_id=mail.mail_id, state="accepted", at=RELEASE) for mail in batch.mails)
        size = len(batch.mails)
        answer = BatchRecorded(edition_id=batch.edition_id, batch=batch.batch, recorded=size, repeated=0)
        await say(DeliveryReported(edition_id=batch.edition_id, outcomes=told), RELEASE)
        await say(answer, RELEASE)
    (completed,) = await schedulers.hear("intake.note-completion", EditionCompleted, 1)
    assert completed.outcomes == {"accepted": PEOPLE}
    await nothing_is_left(schedulers, vhosts, fresh_vhost)
    assert len(await schedulers.hear("sender.prepare-edition", PrepareEdition, 1)) == 1
    assert len(await schedulers.hear("intake.note-release", EditionReleased, 1)) == 1
    assert len(await schedulers.hear("intake.note-schedule", OrderScheduled, ORDERS)) == ORDERS
    assert len(await schedulers.hear("intake.note-freeze", EditionFrozen, 1)) == 1
    batches = await schedulers.hear("sender.record-batch", DeliverBatch, BATCHES)
    assert sorted(batch.batch for batch in batches) == list(range(1, BATCHES + 1))
    addresses = [mail.address for batch in batches for mail in batch.mails]
    assert len(addresses) == len(set(addresses)) == PEOPLE


async def nothing_is_left(schedulers: Schedulers, vhosts: Vhosts, vhost: str) -> None:
    """Wait until nothing waits for the schedulers, and nothing is left to say; nothing was given up."""

    async def left() -> dict[str, int]:
        there = await vhosts.queues(vhost)
        waiting = {name: count for name, count in there.items() if name.startswith("scheduler.") and count}
        unsaid = await schedulers.gate.fetchval("SELECT count(*) FROM scheduler_outbox")
        return waiting | ({"outbox": unsaid} if unsaid else {})

    await until(left, lambda found: not found)
