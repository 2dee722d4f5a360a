"""Who holds a mail: a lease is over when its time is, and an outage of the database ends none."""

import asyncio
from datetime import timedelta

import pytest

from deploy.local.postgres import PrivatePostgres
from services.sender.adapters import leasing
from services.sender.adapters.leasing import bare_connection
from services.sender.adapters.relay import Relay
from services.sender.adapters.smtp import NotHandedOver
from services.sender.use_cases.sweep_ledger import SweepLedger
from shared.clock import SystemClock
from shared.persistence.database import Database, engine_for
from tests.component.sender.post_office import migrate
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

GRACE = timedelta(seconds=3)


async def test_lease_that_ran_out_while_the_database_was_away_may_still_be_renewed(
    own_postgres: PrivatePostgres,
) -> None:
    await asyncio.to_thread(migrate, own_postgres.url)
    database = Database(engine_for(own_postgres.url, "sender", pool_size=2))
    sweep = SweepLedger(database, SystemClock(), GRACE, resend=True)
    async with bare_connection(database) as conn:
        await leasing.register(conn, "living", 0.1)
        await leasing.register(conn, "dead", 0.1)
    await database.close()
    await asyncio.to_thread(own_postgres.restart)

    async def known() -> list[str]:
        await sweep()
        async with bare_connection(database) as conn:
            return [row["worker"] for row in await conn.fetch("SELECT worker FROM lease ORDER BY token")]

    assert await known() == ["living", "dead"]
    async with bare_connection(database) as conn:
        assert await leasing.renew(conn, 1, 60)
    assert await until(known, lambda workers: len(workers) == 1) == ["living"]
    await database.close()


async def test_mail_whose_lease_ran_out_while_the_relay_answered_is_not_handed_over() -> None:
    async with listening(ScriptedRelay()) as relay:
        connection = await Relay.parse(relay.url, timeout=5).connect()
        with pytest.raises(NotHandedOver):
            await connection.send(b"info@example.org", b"a@example.org", b"x", lambda: False)
        await asyncio.wait_for(connection.close(), 5)
    assert relay.heard[-1] == "DATA"
    assert relay.messages == []
