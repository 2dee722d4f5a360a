"""What ``onsdag bench merge`` measures, each part in a process of its own to tell memory apart."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.bench.estimating import estimates
from deploy.bench.membership import Membership
from deploy.importing.publishing import open_publisher
from services.scheduler.adapters import suppressions
from services.scheduler.adapters.tables import metadata
from services.scheduler.main import create_app, week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.copy_assignments import copy_assignments
from services.scheduler.use_cases.copy_persons import CopyPersons
from services.scheduler.use_cases.copy_units import copy_units
from services.scheduler.use_cases.place_order import PlaceOrder
from services.scheduler.use_cases.plan_texts import PlanTexts
from services.scheduler.use_cases.preview_order import PreviewOrder
from shared.addresses import address_hash
from shared.clock import FileClock, FixedClock
from shared.contracts.crm import BATCH, AssignmentChanged, PersonChanged, UnitChanged
from shared.contracts.message import Message
from shared.ids import new_id
from shared.messaging.consuming import Handler, Received
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database, engine_for

TUESDAY = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 18)
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # of a database that lives for one run
ROUNDS = 7
T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """A migrated database, a bus (not needed for what does not use it), and how large a membership."""

    database_url: str
    amqp_url: str
    folder: str
    people: int
    orders: int

    @property
    def membership(self) -> Membership:
        return Membership(self.people)

    def settings(self) -> SchedulerSettings:
        return SchedulerSettings(
            database_url=self.database_url,
            amqp_url=self.amqp_url,
            secret_key=SECRET,
            clock=f"file:{Path(self.folder) / 'clock'}",
            log_level="WARNING",
        )


async def take_in(target: Target) -> dict[str, float]:
    """Import the register through the bus into a running scheduler, and place the orders."""
    FileClock(Path(target.folder) / "clock").set(TUESDAY)
    app = create_app(target.settings())
    async with app.router.lifespan_context(app), opened(target) as database:
        started = perf_counter()
        async with open_publisher(target.amqp_url, new_id(), TUESDAY) as publisher:
            for messages in chunks(register_messages(target.membership), 20):
                await publisher.send(messages)
            await _until_taken_in(database, target)
            seconds = perf_counter() - started
            await publisher.send(list(target.membership.each_order(target.orders, TUESDAY)))
        await _until(database, "SELECT count(*) FROM edition_order", target.orders)
    async with opened(target) as database, database.begin() as conn:
        await _opt_out(conn, target.membership)
    return {"import_seconds": seconds, "rss_mb": rss_mb()}


async def fill(target: Target) -> None:
    """Put the register and the orders there without a bus."""
    outbox = Outbox("scheduler", metadata, FixedClock(TUESDAY))
    handlers: dict[str, Handler] = {
        UnitChanged.TYPE: copy_units,
        PersonChanged.TYPE: CopyPersons(SECRET.encode()),
        AssignmentChanged.TYPE: copy_assignments,
    }
    plan = week_plan(target.settings())
    place = PlaceOrder(plan, outbox, PlanTexts(outbox, SECRET.encode(), "SE", plan.zone))
    async with opened(target) as database:
        for message in register_messages(target.membership):
            async with database.begin() as conn:
                await handlers[message.TYPE](conn, _received(message))
        async with database.begin() as conn:
            for order in target.membership.each_order(target.orders, TUESDAY):
                await place(conn, _received(order))
            await _opt_out(conn, target.membership)


async def preview(target: Target) -> dict[str, float]:
    """Preview each order, and estimate audiences: the slowest and medians.

    The register has been vacuumed and analyzed, as the database does by itself within minutes of an import.
    """
    seen = []
    await alone(target, "VACUUM ANALYZE")
    async with opened(target) as database:
        async with database.begin() as conn:
            order_ids = list((await conn.execute(text("SELECT order_id FROM orders"))).scalars())
        for order_id in order_ids:
            started = perf_counter()
            await PreviewOrder(database, week_plan(target.settings()))(order_id)
            seen.append(1000 * (perf_counter() - started))
        estimated = await estimates(database, target.membership, WEDNESDAY)
    return {"preview_ms": max(seen), "preview_median_ms": median(seen), "rss_mb": rss_mb()} | estimated


def register_messages(membership: Membership) -> Iterator[Message]:
    """The register as the CRM says it, in batches."""
    for units in chunks(membership.each_unit(), BATCH):
        yield UnitChanged(units=tuple(units))
    for persons in chunks(membership.each_person(), BATCH):
        yield PersonChanged(persons=tuple(persons))
    for assignments in chunks(membership.each_assignment(WEDNESDAY - timedelta(days=1)), BATCH):
        yield AssignmentChanged(assignments=tuple(assignments))


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def rss_mb() -> float:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def alone(target: Target, *statements: str) -> None:
    """Execute what may not stand in a transaction with others."""
    async with opened(target) as database, database.engine.connect() as conn:
        free = await conn.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await free.execute(text(statement))


@asynccontextmanager
async def opened(target: Target) -> AsyncIterator[Database]:
    database = Database(engine_for(target.database_url, "scheduler", pool_size=2))
    try:
        yield database
    finally:
        await database.close()


async def _opt_out(conn: AsyncConnection, membership: Membership) -> None:
    for address, scope in membership.each_opt_out():
        hashed = address_hash(SECRET.encode(), address)
        await suppressions.suppress(conn, hashed, scope, "opted_out", TUESDAY)


async def _until_taken_in(database: Database, target: Target) -> None:
    membership = target.membership
    await _until(database, "SELECT count(*) FROM unit WHERE version > 0", membership.units)
    await _until(database, "SELECT count(*) FROM person WHERE version > 0", membership.people)
    held = membership.people + membership.people // 3
    await _until(database, "SELECT count(*) FROM assignment", held)


async def _until(database: Database, query: str, wanted: int) -> None:
    while True:
        async with database.begin() as conn:
            if (await conn.execute(text(query))).scalar_one() >= wanted:
                return
        await asyncio.sleep(0.2)


def _received(message: Message) -> Received[Any]:
    message_id = new_id()
    return Received(message, message_id, message_id, TUESDAY, 1, TUESDAY)
