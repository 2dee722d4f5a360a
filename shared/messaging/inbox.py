"""The inbox: a message has its effect once per queue, however often it is delivered."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

KEEP = timedelta(days=30)
"""How long a message is remembered. A copy that comes later than this would have its effect again."""

_INSERT = text("INSERT INTO inbox (queue, message_id) VALUES (:queue, :message_id) ON CONFLICT DO NOTHING")
_FORGET = text("DELETE FROM inbox WHERE received_at < now() - CAST(:keep AS interval)")


async def first_time(conn: AsyncConnection, queue: str, message_id: UUID) -> bool:
    """Note the message in the caller's transaction; say whether it is new to the queue."""
    result = await conn.execute(_INSERT, {"queue": queue, "message_id": message_id})
    return result.rowcount == 1


async def forget_old(conn: AsyncConnection, keep: timedelta = KEEP) -> int:
    """Delete what was received longer ago than ``keep`` (F5); return how many."""
    return (await conn.execute(_FORGET, {"keep": keep})).rowcount
