"""What contact pressure moved out of an edition, and the edition that takes it (D2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MOVED = text(
    """
    SELECT order_no, weeks FROM exclusion_count JOIN edition_order USING (edition_no, order_no)
    JOIN orders USING (order_no)
    WHERE edition_no = :edition_no AND reason = 'contact_pressure' AND taken_back IS NULL
      AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id)
    ORDER BY order_no
    """
)

_JOIN = text(
    """
    INSERT INTO edition_order (edition_no, order_no, carried_from, weeks, joined_at)
    VALUES (:edition_no, :order_no, :carried_from, :weeks, :at)
    ON CONFLICT (edition_no, order_no) DO NOTHING
    """
)


@dataclass(frozen=True)
class Moved:
    """An order that some people of an edition have to wait for. ``weeks``: how often it was moved before."""

    order_no: int
    weeks: int


async def moved_out(conn: AsyncConnection, edition_no: int) -> list[Moved]:
    """Return the orders that somebody on an edition has to wait for, less those that are withdrawn."""
    return [Moved(*row) for row in await conn.execute(_MOVED, {"edition_no": edition_no})]


async def carry(
    conn: AsyncConnection, moved: Moved, from_edition: int, to_edition: int, at: datetime
) -> bool:
    """Put an order on another edition for the people it was moved for; False if it stands there already."""
    told = {"order_no": moved.order_no, "carried_from": from_edition, "weeks": moved.weeks + 1, "at": at}
    return (await conn.execute(_JOIN, {**told, "edition_no": to_edition})).rowcount == 1
