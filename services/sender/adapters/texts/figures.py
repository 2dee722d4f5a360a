"""What the desk sees of texts: figures of an order, and its texts one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_COUNTS = text("""
SELECT d.state, d.reason, count(*) AS texts, coalesce(sum(m.parts), 0) AS parts,
    coalesce(sum(coalesce(d.cost, m.parts * CAST(:price AS numeric)))
        FILTER (WHERE d.state IN ('accepted', 'delivered') OR d.reason = 'undelivered'), 0) AS cost
FROM text_message m JOIN text_delivery d USING (text_id)
WHERE m.order_id = :order_id GROUP BY d.state, d.reason
""")

_TEXT = """
SELECT m.text_id, m.order_id, m.key, m.purpose, m.asked_by, m.phone, m.words, m.parts, m.recorded_at,
    m.valid_until, d.state, d.reason, d.reply, d.attempts, d.updated_at, d.cost,
    CASE WHEN d.due_at IS NOT NULL THEN greatest(d.due_at, d.not_before) END AS next_attempt_at
FROM text_message m JOIN text_delivery d USING (text_id)
"""
_ONE = text(f"{_TEXT} WHERE text_id = :text_id")
_PAGE = text(
    f"{_TEXT} WHERE m.order_id = :order_id AND (CAST(:state AS text) IS NULL OR d.state = :state) "
    "AND (CAST(:after AS uuid) IS NULL OR text_id > :after) ORDER BY text_id LIMIT :limit"
)


@dataclass(frozen=True)
class Count:
    """Texts of an order in one state, for one reason. ``cost`` is the gateway's, else an estimate."""

    state: str
    reason: str
    texts: int
    parts: int
    cost: Decimal


@dataclass(frozen=True)
class ShownText:
    """One text and where it stands."""

    text_id: UUID
    order_id: UUID | None
    key: str | None
    purpose: str | None
    asked_by: str | None
    phone: str
    words: str
    parts: int
    recorded_at: datetime
    valid_until: datetime
    state: str
    reason: str
    reply: str
    attempts: int
    updated_at: datetime
    cost: Decimal | None
    next_attempt_at: datetime | None


async def count(conn: AsyncConnection, order_id: UUID, price: Decimal) -> Sequence[Count]:
    """Count an order's texts. ``price`` is that of one part, where the gateway names none."""
    rows = await conn.execute(_COUNTS, {"order_id": order_id, "price": price})
    return [Count(**row) for row in rows.mappings()]


async def one(conn: AsyncConnection, text_id: UUID) -> ShownText | None:
    row = (await conn.execute(_ONE, {"text_id": text_id})).mappings().one_or_none()
    return _shown(row) if row else None


async def page(
    conn: AsyncConnection, order_id: UUID, state: str | None, after: UUID | None, limit: int
) -> Sequence[ShownText]:
    """Return texts of an order by their ids."""
    given = {"order_id": order_id, "state": state, "after": after, "limit": limit}
    return [_shown(row) for row in (await conn.execute(_PAGE, given)).mappings()]


def _shown(row: Mapping[Any, Any]) -> ShownText:
    return ShownText(**row)
