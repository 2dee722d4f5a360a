"""Orders by text that were taken back, and their texts that have not left."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.domain.texts.states import State

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('order ' || CAST(:order_id AS text), 0))")
_NOTE = text("INSERT INTO withdrawn_order (order_id, at) VALUES (:order_id, :at) ON CONFLICT DO NOTHING")
_IS = text("SELECT EXISTS (SELECT FROM withdrawn_order WHERE order_id = :order_id)")
_WAITING = text("""
SELECT d.text_id, d.state FROM text_delivery d JOIN text_message m USING (text_id)
WHERE m.order_id = :order_id AND d.due_at IS NOT NULL ORDER BY d.text_id FOR UPDATE OF d
""")


async def note(conn: AsyncConnection, order_id: UUID, at: datetime) -> None:
    """Remember that an order was taken back; no texts of it are recorded until the transaction ends."""
    await conn.execute(_ALONE, {"order_id": str(order_id)})
    await conn.execute(_NOTE, {"order_id": order_id, "at": at})


async def is_withdrawn(conn: AsyncConnection, order_id: UUID) -> bool:
    """Whether an order was taken back; nobody does so until the transaction ends."""
    await conn.execute(_ALONE, {"order_id": str(order_id)})
    return bool(await conn.scalar(_IS, {"order_id": order_id}))


async def waiting(conn: AsyncConnection, order_id: UUID) -> Sequence[tuple[UUID, State]]:
    """Return and lock an order's texts that wait; one that a worker is just beginning is waited for."""
    return [(row.text_id, State(row.state)) for row in await conn.execute(_WAITING, {"order_id": order_id})]
