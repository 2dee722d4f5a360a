"""A service small enough to test the bus with: it consumes units and writes down each effect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from faststream.rabbit import RabbitBroker
from faststream_outbox import OutboxBroker
from sqlalchemy import Column, Integer, MetaData, String, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import SystemClock
from shared.contracts.crm import Unit, UnitChanged
from shared.messaging.bus import declare_all, make_bus, subscribe
from shared.messaging.consuming import Consumer, Received
from shared.messaging.failures import Permanent, Transient
from shared.messaging.outbox import Outbox, relay
from shared.messaging.tables import add_messaging_tables
from shared.messaging.topology import Consume
from shared.persistence.database import Database, engine_for

SERVICE = "probe"
CONSUME = Consume("note-units", UnitChanged, prefetch=4, max_attempts=3)


def tables() -> MetaData:
    metadata = MetaData()
    add_messaging_tables(metadata, SERVICE)
    Table("effect", metadata, Column("n", Integer, primary_key=True), Column("unit_id", String(200)))
    return metadata


async def note(conn: AsyncConnection, received: Received[UnitChanged]) -> None:
    """Note each unit; fail as a unit's name asks."""
    for unit in received.data.units:
        if unit.name == "permanent":
            raise Permanent("this can never work")
        if unit.name == "transient" and received.attempt < 3:
            raise Transient("not yet")
        if unit.name == "bug":
            raise LookupError("nobody thought of this")
        await conn.execute(text("INSERT INTO effect (unit_id) VALUES (:unit_id)"), {"unit_id": unit.unit_id})


def units(unit_id: str, name: str = "Malmö") -> UnitChanged:
    return UnitChanged(units=(Unit(unit_id=unit_id, version=1, name=name),))


@dataclass
class Probe:
    """One process of the probe service, as far as a test needs to see it."""

    database: Database
    relay_engine: AsyncEngine
    outbox: Outbox
    bus: RabbitBroker
    carrier: OutboxBroker

    async def say(self, message: UnitChanged) -> None:
        async with self.database.begin() as conn:
            await self.outbox.add(conn, message)

    async def effects(self) -> list[str]:
        async with self.database.begin() as conn:
            return list((await conn.execute(text("SELECT unit_id FROM effect ORDER BY n"))).scalars())

    async def waiting(self) -> int:
        async with self.database.begin() as conn:
            return int((await conn.execute(text("SELECT count(*) FROM probe_outbox"))).scalar_one())


async def create_tables(database_url: str) -> None:
    engine = engine_for(database_url, SERVICE)
    async with engine.begin() as conn:
        await conn.execute(text(f"CREATE SCHEMA {SERVICE}"))
        await conn.run_sync(tables().create_all)
    await engine.dispose()


@asynccontextmanager
async def probe(
    database_url: str, amqp_url: str, *, consumers: int = 1, carry: bool = True
) -> AsyncIterator[Probe]:
    """Run the probe with this many consumers of its queue. Without ``carry`` nothing leaves its outbox."""
    metadata, clock = tables(), SystemClock()
    database = Database(engine_for(database_url, SERVICE))
    relay_engine = engine_for(database_url, SERVICE)
    bus = make_bus(amqp_url)
    outbox = Outbox(SERVICE, metadata, clock)
    subscribe(bus, [Consumer(SERVICE, CONSUME, note, database, outbox, clock) for _ in range(consumers)])
    carrier = relay(SERVICE, metadata, relay_engine, bus)
    await declare_all(bus, [Consumer(SERVICE, CONSUME, note, database, outbox, clock).queue])
    await bus.start()
    if carry:
        await carrier.start()
    try:
        yield Probe(database, relay_engine, outbox, bus, carrier)
    finally:
        if carry:
            await carrier.stop()
        await bus.stop()
        await relay_engine.dispose()
        await database.close()
