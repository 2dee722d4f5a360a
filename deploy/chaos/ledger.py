"""What stands in the sender's database, read from outside."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

AGAIN_SECONDS = 0.3
DATABASE_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)

_OF_EDITION = """
SELECT count(*) AS accepted
FROM sender.delivery WHERE edition_id = $1 AND state = 'accepted'
"""
_AT_THE_END = """
SELECT (SELECT count(*) FROM sender.delivery WHERE state <> 'accepted') AS unfinished,
    (SELECT coalesce(sum(uncertainties), 0) FROM sender.delivery) AS uncertain,
    (SELECT count(*) FROM sender.sender_outbox) + (SELECT count(*) FROM sender.outcome)
        + (SELECT count(*) FROM sender.told_progress WHERE NOT ended) AS outbox
"""


@dataclass(frozen=True)
class Standing:
    """``outbox``: its rows, outcomes not reported, ends not told. ``uncertain``: how often a mail was."""

    unfinished: int
    uncertain: int
    outbox: int


async def _row(database_url: str, query: str, *given: object) -> asyncpg.Record:
    """Return one row, as soon as the database answers."""
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            conn = await asyncpg.connect(url, timeout=10)
            try:
                return await conn.fetchrow(query, *given, timeout=60)
            finally:
                await conn.close(timeout=5)
        except DATABASE_AWAY:
            await asyncio.sleep(AGAIN_SECONDS)


async def accepted(database_url: str, edition_id: UUID) -> int:
    """Return how many mails of an edition the ledger says the relay accepted."""
    return int((await _row(database_url, _OF_EDITION, edition_id))["accepted"])


async def standing(database_url: str) -> Standing:
    row = await _row(database_url, _AT_THE_END)
    return Standing(row["unfinished"], row["uncertain"], row["outbox"])
