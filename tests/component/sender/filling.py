"""A ledger full of planned mail, without the bus, and the engine that delivers it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from services.sender.adapters import editions, recording
from services.sender.adapters.editions import Expected
from services.sender.adapters.recording import NewMail
from services.sender.adapters.tables import metadata
from services.sender.main import engine
from shared.addresses import address_hash
from shared.clock import FileClock
from shared.hosting import Foundation
from shared.ids import new_id
from shared.persistence.database import Database, engine_for
from tests.component.sender.post_office import (
    EDITION,
    MORNING,
    SECRET,
    edition,
    letter,
    mail,
    section,
    settings_for,
)


async def fill(database: Database, addresses: Iterable[str], edition_id: UUID = EDITION) -> None:
    """Plan a mail to each address, in an edition that is prepared."""
    rows = [_planned(address) for address in addresses]
    async with database.begin() as conn:
        prepared = edition(section(1), edition_id=edition_id, mails=len(rows))
        await editions.prepare(conn, prepared, MORNING)
        await recording.record(conn, edition_id, rows, expected=Expected(may_go=True), at=MORNING)


async def fill_letter(database: Database, address: str) -> None:
    """Plan a one-to-one mail."""
    given = letter(address, key=address)
    new = replace(_planned(address), mail_id=new_id(), readers=())
    written = {"name": given.name, "subject": given.subject, "markdown": given.markdown}
    async with database.begin() as conn:
        await recording.record_letter(
            conn, new, key=given.key, purpose=given.purpose, letter=written, at=MORNING
        )


def _planned(address: str) -> NewMail:
    given = mail(address)
    hashed = address_hash(SECRET.encode(), address)
    return NewMail(given.mail_id, address, hashed, given.language, given.readers, writable=True)


async def states(database: Database) -> dict[str, int]:
    """Return how many mails are in each state."""
    async with database.begin() as conn:
        rows = await conn.exec_driver_sql("SELECT state, count(*) AS mails FROM delivery GROUP BY state")
        return {row.state: row.mails for row in rows}


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Database]:
    database = Database(engine_for(database_url, "sender", pool_size=2))
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def delivering(database_url: str, smtp_url: str, folder: Path, **given: Any) -> AsyncIterator[None]:
    """Run the engine."""
    FileClock(folder / "clock.json").set(MORNING)
    settings = settings_for(
        database_url,
        "amqp://unused",
        smtp_url,
        folder / "clock.json",
        **{"smtp_connections": 4, "lease_seconds": 10.0, **given},
    )
    base = Foundation("sender", settings, metadata)
    stop = asyncio.Event()
    work = asyncio.create_task(engine(base, settings).run(stop))
    try:
        yield
    finally:
        stop.set()
        await work
        await base.database.close()
