"""Moving orders to another edition, and editions to another day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import merge
from services.scheduler.adapters.editions import EDITION, Edition, edition_from
from services.scheduler.domain.wednesdays import HALF_DAY

_MOVABLE = "state IN ('open', 'frozen') AND extra_no IS NULL"
"""What a person holds waits for that person, and parks when its day is over."""

_NOT_LEFT = text(
    f"SELECT {EDITION} FROM edition WHERE {_MOVABLE} "  # noqa: S608  # constants
    "AND release_at > :now ORDER BY wednesday"
)

_STILL = text(
    f"SELECT {EDITION} FROM edition WHERE edition_no = :edition_no "  # noqa: S608  # constants
    f"AND {_MOVABLE} AND wednesday = :wednesday FOR UPDATE"
)

_ON_DAY = text(
    f"SELECT {EDITION} FROM edition WHERE wednesday = :day "  # noqa: S608  # a constant
    "AND state <> 'dissolved' FOR UPDATE"
)

_MOVE_DAY = text(
    """
    UPDATE edition SET wednesday = :wednesday, moved_from = coalesce(moved_from, wednesday),
        freeze_at = :freeze_at, undo_at = :undo_at, release_at = :release_at,
        sequence = sequence + 1, changed_at = :at
    WHERE edition_no = :edition_no
    """
)

_NOTED = "left(concat_ws(' ', CAST(:note AS text), nullif(btrim(replace(note, :half_day, '')), '')), 500)"
"""What was told before stays true, save of the day that an order leaves."""

_NOTE_ALL = text(
    f"UPDATE edition_order SET note = {_NOTED} WHERE edition_no = :edition_no"  # noqa: S608  # a constant
)

_MOVE_ORDERS = text(
    f"""
    UPDATE edition_order SET edition_no = :to_no, note = {_NOTED}, joined_at = :at
    WHERE edition_no = :from_no
      AND (CAST(:order_no AS bigint[]) IS NULL OR order_no = ANY(CAST(:order_no AS bigint[])))
    """  # noqa: S608  # a constant
)

_CHANGED = text("UPDATE edition SET changed_at = :at WHERE edition_no = :edition_no")


async def not_left(conn: AsyncConnection, now: datetime) -> list[Edition]:
    """Return the Wednesdays' editions that can still move to another day, the earliest first."""
    return [edition_from(row) for row in await conn.execute(_NOT_LEFT, {"now": now})]


async def still_there(conn: AsyncConnection, known: Edition) -> Edition | None:
    """Return an edition, locked, if it can still move and nobody has moved it since it was seen."""
    told = {"edition_no": known.edition_no, "wednesday": known.wednesday}
    row = (await conn.execute(_STILL, told)).one_or_none()
    return edition_from(row) if row else None


async def on_day(conn: AsyncConnection, day: date) -> Edition | None:
    """Return the edition of a day, locked."""
    row = (await conn.execute(_ON_DAY, {"day": day})).one_or_none()
    return edition_from(row) if row else None


async def move_day(
    conn: AsyncConnection,
    edition: Edition,
    wednesday: date,
    moments: tuple[datetime, datetime, datetime],
    note: str,
    at: datetime,
) -> None:
    """Bring a locked, open edition to another day, whose freeze, undo window and release are ``moments``."""
    freeze_at, undo_at, release_at = moments
    told = {"freeze_at": freeze_at, "undo_at": undo_at, "release_at": release_at, "wednesday": wednesday}
    await conn.execute(_MOVE_DAY, {**told, "at": at, "edition_no": edition.edition_no})
    noted = {"note": note, "half_day": HALF_DAY, "edition_no": edition.edition_no}
    await conn.execute(_NOTE_ALL, noted)


async def move_orders(
    conn: AsyncConnection,
    source: Edition,
    target: Edition,
    note: str,
    at: datetime,
    order_nos: Sequence[int] | None = None,
) -> None:
    """Bring all orders of a locked, open edition, or these, to another. What a freeze wrote goes."""
    await merge.discard(conn, source.edition_no)
    told = {"from_no": source.edition_no, "to_no": target.edition_no, "at": at}
    noted = {"note": note, "half_day": HALF_DAY}
    wanted = None if order_nos is None else list(order_nos)
    await conn.execute(_MOVE_ORDERS, {**told, **noted, "order_no": wanted})
    for edition in (source, target):
        await conn.execute(_CHANGED, {"edition_no": edition.edition_no, "at": at})
