"""Migrations: from nothing to the tables that the code declares, again and at the same time."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.topology import SERVICES
from shared.persistence.database import engine_for
from shared.persistence.migrations import check, current, head, upgrade

ROOT = Path(__file__).parents[3]
INBOXES = text("SELECT table_schema FROM information_schema.tables WHERE table_name = 'inbox'")
IN_PUBLIC = text("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")


async def revision(url: str, service: str) -> str | None:
    engine = engine_for(url, service)
    async with engine.connect() as conn:
        found = await current(conn)
    await engine.dispose()
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_lead_from_nothing_to_the_declared_tables(service: str, fresh_database: str) -> None:
    await asyncio.to_thread(upgrade, service, fresh_database)
    assert await revision(fresh_database, service) == head(service)
    await asyncio.to_thread(check, service, fresh_database)


async def test_five_services_share_a_database_without_sharing_tables(fresh_database: str) -> None:
    for service in SERVICES:
        await asyncio.to_thread(upgrade, service, fresh_database)
    engine = engine_for(fresh_database, "public")
    async with engine.connect() as conn:
        owners = set(await conn.scalars(INBOXES))
        public = await conn.scalar(IN_PUBLIC)
    await engine.dispose()
    assert owners == set(SERVICES)
    assert public == 0


async def test_processes_that_migrate_at_the_same_time_take_turns(fresh_database: str) -> None:
    program = "import sys; from shared.persistence.migrations import upgrade; upgrade('intake', sys.argv[1])"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, fresh_database, cwd=ROOT)
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert await revision(fresh_database, "intake") == head("intake")
