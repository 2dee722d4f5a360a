"""Who holds a mail: a lease is over when its time is, and an outage of the database ends none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.sender.adapters import leasing
from services.sender.adapters.leasing import bare_connection
from services.sender.adapters.relay import Relay
from services.sender.adapters.smtp import NotHandedOver
from services.sender.use_cases.sweep_ledger import SweepLedger
from shared.clock import SystemClock
from shared.persistence.database import Database, engine_for
from tests.component.sender.scripted_relay import ScriptedRelay, listening

LEASE_SECONDS = 30.0
OVER = -1.0


@dataclass
class Ticks:
    """A clock of seconds that goes when it is told to."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def database(sender_database: str) -> AsyncIterator[Database]:
    made = Database(engine_for(sender_database, "sender", pool_size=2))
    yield made
    await made.close()


async def test_lease_that_ran_out_is_forgotten_only_after_the_database_has_answered_for_a_while(
    database: Database,
) -> None:
    ticks = Ticks()
    sweep = SweepLedger(database, SystemClock(), LEASE_SECONDS, resend=True, ticks=ticks)
    async with bare_connection(database) as conn:

        async def is_known_after(seconds: float) -> bool:
            ticks.at += seconds
            await sweep()
            return bool(await conn.fetchval("SELECT EXISTS (SELECT FROM lease)"))

        await leasing.register(conn, "dead", OVER)
        assert [await is_known_after(7) for _ in range(3)] == [True, True, False]
        await leasing.register(conn, "renews as soon as the database is back", OVER)
        assert [await is_known_after(seconds) for seconds in (300, 7, 7, 7)] == [True, True, True, False]


async def test_mail_whose_lease_ran_out_while_the_relay_answered_is_not_handed_over() -> None:
    async with listening(ScriptedRelay()) as relay:
        connection = await Relay.parse(relay.url, timeout=5).connect()
        with pytest.raises(NotHandedOver):
            await connection.send(b"info@example.org", b"a@example.org", b"x", lambda: False)
        await asyncio.wait_for(connection.close(), 5)
    assert relay.heard[-1] == "DATA"
    assert relay.messages == []
