"""The audience of each order: how large it was when the order came, and how it moved since."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.people_sets import Movement


@dataclass(frozen=True)
class Watched:
    """An order whose audience is due to be looked at. ``people`` is None at the first look."""

    order_no: int
    order_id: UUID
    edition_id: UUID
    people: bytes | None
    accepted: int
    accepted_at: datetime
    warned_at: datetime | None


@dataclass(frozen=True)
class Estimate:
    """What is known of an order's audience since it was accepted. ``recipients``: at the last look."""

    order_id: UUID
    accepted_at: datetime
    accepted: int
    looked_at: datetime
    recipients: int
    joined: int
    gone: int
    warned_at: datetime | None

    @property
    def movement(self) -> Movement:
        return Movement(self.accepted, self.joined, self.gone)


_DUE = text(
    """
    SELECT order_no, order_id, edition_id, people, coalesce(accepted, 0) AS accepted,
        coalesce(accepted_at, :now) AS accepted_at, warned_at
    FROM edition_order JOIN edition USING (edition_no) JOIN orders USING (order_no)
    LEFT JOIN order_estimate USING (order_no)
    WHERE state = 'open' AND carried_from IS NULL AND (looked_at IS NULL OR looked_at <= :before
        OR (looked_at < freeze_at - interval '10 minutes' AND :now >= freeze_at - interval '10 minutes'))
      AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id)
    ORDER BY looked_at NULLS FIRST, order_no LIMIT 1
    FOR NO KEY UPDATE OF edition_order SKIP LOCKED
    """
)

_FIRST = text(
    "INSERT INTO order_estimate (order_no, accepted_at, accepted, people, looked_at, recipients) "
    "VALUES (:order_no, :at, :recipients, :people, :at, :recipients) "
    "ON CONFLICT (order_no) DO UPDATE SET looked_at = EXCLUDED.looked_at"
)

_AGAIN = text(
    "UPDATE order_estimate SET looked_at = :at, recipients = :recipients, joined = :joined, gone = :gone, "
    "warned_at = coalesce(warned_at, :warned_at) WHERE order_no = :order_no"
)

_OF_EDITION = text(
    "SELECT order_id, accepted_at, accepted, looked_at, order_estimate.recipients, joined, gone, warned_at "
    "FROM edition_order JOIN orders USING (order_no) JOIN order_estimate USING (order_no) "
    "WHERE edition_no = :edition_no"
)


async def due(conn: AsyncConnection, now: datetime, before: datetime) -> Watched | None:
    """Return an order on an open edition not looked at since ``before``, locked; new ones first.

    Ten minutes before the freeze each is looked at once more.
    """
    row = (await conn.execute(_DUE, {"now": now, "before": before})).one_or_none()
    return Watched(*row) if row else None


async def note_first(
    conn: AsyncConnection, order_no: int, recipients: int, people: bytes, at: datetime
) -> None:
    """Note an order's audience as it was accepted."""
    told = {"order_no": order_no, "recipients": recipients, "people": people, "at": at}
    await conn.execute(_FIRST, told)


async def note_again(
    conn: AsyncConnection, order_no: int, moved: Movement, at: datetime, warned_at: datetime | None
) -> None:
    """Note how an audience has moved since."""
    recipients = moved.before + moved.joined - moved.left
    told = {"order_no": order_no, "recipients": recipients, "joined": moved.joined, "gone": moved.left}
    await conn.execute(_AGAIN, {**told, "at": at, "warned_at": warned_at})


async def of_edition(conn: AsyncConnection, edition_no: int) -> dict[UUID, Estimate]:
    """Return what is known of an edition's audiences, by order."""
    rows = await conn.execute(_OF_EDITION, {"edition_no": edition_no})
    return {row.order_id: Estimate(*row) for row in rows}
