"""Proposals of extra editions, and the editions made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.editions import EDITION, Edition, edition_from
from shared.ids import new_id


@dataclass(frozen=True)
class Extra:
    """An extra edition as it was proposed, and confirmed by somebody else if it was."""

    extra_no: int
    extra_id: UUID
    day: date
    release_at: datetime
    order_ids: tuple[UUID, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    edition_id: UUID | None


_COLUMNS = (
    "extra_edition.extra_no, extra_id, day, extra_edition.release_at, order_ids, reason, proposed_by, "
    "proposed_at, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at, edition_id"
)

_PROPOSE = text(
    "INSERT INTO extra_edition (extra_id, day, release_at, order_ids, reason, proposed_by, proposed_at) "
    "VALUES (:extra_id, :day, :release_at, :order_ids, :reason, :by, :at)"
)

_BY_ID = text(
    f"SELECT {_COLUMNS} FROM extra_edition LEFT JOIN edition USING (extra_no) "  # noqa: S608  # a constant
    "WHERE extra_id = :extra_id FOR UPDATE OF extra_edition"
)

_LATEST = text(
    f"SELECT {_COLUMNS} FROM extra_edition LEFT JOIN edition USING (extra_no) "  # noqa: S608  # a constant
    "ORDER BY extra_no DESC LIMIT :limit"
)

_CONFIRM = text("UPDATE extra_edition SET confirmed_by = :by, confirmed_at = :at WHERE extra_no = :extra_no")

_WITHDRAW = text("UPDATE extra_edition SET withdrawn_by = :by, withdrawn_at = :at WHERE extra_no = :extra_no")

_OPEN = text(
    f"""
    INSERT INTO edition (edition_id, wednesday, state, freeze_at, undo_at, release_at, extra_no, changed_at)
    VALUES (:edition_id, :day, 'open', :at, :undo_at, :release_at, :extra_no, :at)
    ON CONFLICT (wednesday) WHERE state <> 'dissolved' DO NOTHING RETURNING {EDITION}
    """  # noqa: S608  # a constant
)

_HOLDERS = text(
    f"""
    SELECT {EDITION} FROM edition WHERE state = 'open' AND edition_no IN (
        SELECT edition_no FROM edition_order JOIN orders USING (order_no)
        WHERE order_id = ANY(:order_ids) AND carried_from IS NULL
          AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id))
    ORDER BY wednesday FOR UPDATE
    """  # noqa: S608  # a constant
)


async def propose(
    conn: AsyncConnection,
    day: date,
    release_at: datetime,
    order_ids: Sequence[UUID],
    reason: str,
    by: str,
    at: datetime,
) -> Extra:
    """Keep a proposal; nothing leaves by it alone."""
    extra_id = new_id()
    told = {"extra_id": extra_id, "day": day, "release_at": release_at, "order_ids": list(order_ids)}
    await conn.execute(_PROPOSE, {**told, "reason": reason, "by": by, "at": at})
    found = await by_id(conn, extra_id)
    assert found is not None
    return found


async def by_id(conn: AsyncConnection, extra_id: UUID) -> Extra | None:
    """Return a proposal, locked."""
    row = (await conn.execute(_BY_ID, {"extra_id": extra_id})).mappings().one_or_none()
    return _extra(dict(row)) if row else None


async def latest(conn: AsyncConnection, limit: int) -> list[Extra]:
    """Return proposals, the last first."""
    return [_extra(dict(row)) for row in (await conn.execute(_LATEST, {"limit": limit})).mappings()]


async def confirm(conn: AsyncConnection, extra: Extra, by: str, at: datetime) -> None:
    """Note who confirmed a locked proposal. The database refuses its own proposer."""
    await conn.execute(_CONFIRM, {"extra_no": extra.extra_no, "by": by, "at": at})


async def withdraw(conn: AsyncConnection, extra: Extra, by: str, at: datetime) -> None:
    """Note who withdrew a locked proposal that nobody has confirmed."""
    await conn.execute(_WITHDRAW, {"extra_no": extra.extra_no, "by": by, "at": at})


async def open_edition(
    conn: AsyncConnection, extra: Extra, undo_at: datetime, at: datetime
) -> Edition | None:
    """Make the edition of a confirmed proposal, to be frozen at once; None if the day has one already."""
    told = {"edition_id": new_id(), "day": extra.day, "release_at": extra.release_at, "undo_at": undo_at}
    row = (await conn.execute(_OPEN, {**told, "extra_no": extra.extra_no, "at": at})).one_or_none()
    return edition_from(row) if row else None


async def holders(conn: AsyncConnection, order_ids: Sequence[UUID]) -> list[Edition]:
    """Return the open editions that hold these orders, locked, the earliest first."""
    rows = await conn.execute(_HOLDERS, {"order_ids": list(order_ids)})
    return [edition_from(row) for row in rows]


def _extra(row: dict[str, object]) -> Extra:
    return Extra(**{**row, "order_ids": tuple(row["order_ids"])})  # type: ignore[arg-type]  # columns of _COLUMNS
