"""Texts whose state nobody was told of yet. Taking them marks them told, with the message about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.texts import TextState

_TAKE = text("""
WITH waiting AS MATERIALIZED (
    SELECT text_id FROM text_delivery WHERE unreported
        AND state IN ('accepted', 'delivered', 'failed', 'suppressed', 'uncertain')
    ORDER BY updated_at LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE text_delivery d SET unreported = false
FROM waiting JOIN text_message m USING (text_id)
WHERE d.text_id = waiting.text_id
RETURNING m.text_id, m.order_id, m.key, m.purpose, m.parts, d.state, d.reason, d.updated_at AS at
""")


@dataclass(frozen=True)
class Unreported:
    """What became of a text, the newest that is known. ``key`` and ``purpose`` are a one-to-one text's."""

    text_id: UUID
    order_id: UUID | None
    key: str | None
    purpose: str | None
    parts: int
    state: TextState
    reason: str
    at: datetime


async def take(conn: AsyncConnection, most: int) -> Sequence[Unreported]:
    """Take up to ``most`` texts, oldest first."""
    rows = await conn.execute(_TAKE, {"most": most})
    return [Unreported(**row) for row in rows.mappings()]
