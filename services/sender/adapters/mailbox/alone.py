"""One reader at a time: servers that move by copying make two of a message that two readers move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from shared.persistence.database import Database

_LOCK = text("SELECT pg_try_advisory_lock(hashtext('onsdag-sender-mailbox'))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtext('onsdag-sender-mailbox'))")


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[bool]:
    """Hold the mailbox while within; False if another process holds it. A dead one's hold ends by itself."""
    async with database.engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        held = bool((await conn.execute(_LOCK)).scalar_one())
        try:
            yield held
        finally:
            if held:
                await conn.execute(_UNLOCK)
