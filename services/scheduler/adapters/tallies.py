"""How many mails of an edition are in each delivery state."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.deliveries import DeliveryState

_TALLY = text(
    """
    INSERT INTO tally (edition_no, state, mails, changed_at)
    SELECT CAST(:edition_no AS bigint), state, mails, :at
    FROM unnest(CAST(:state AS text[]), CAST(:mails AS bigint[])) AS t (state, mails) ORDER BY state
    ON CONFLICT (edition_no, state) DO UPDATE
        SET mails = tally.mails + EXCLUDED.mails, changed_at = EXCLUDED.changed_at
    """
)

_TALLIES = text("SELECT state, mails, changed_at FROM tally WHERE edition_no = :edition_no AND mails > 0")


async def count(
    conn: AsyncConnection, edition_no: int, change: Mapping[DeliveryState, int], at: datetime
) -> None:
    """Move mails between the counts of their states."""
    moved = {state: mails for state, mails in change.items() if mails}
    told = {"edition_no": edition_no, "state": list(moved), "mails": list(moved.values()), "at": at}
    await conn.execute(_TALLY, told)


async def of_edition(conn: AsyncConnection, edition_no: int) -> dict[DeliveryState, tuple[int, datetime]]:
    """Return for each state how many mails are in it, and when that last changed."""
    rows = await conn.execute(_TALLIES, {"edition_no": edition_no})
    return {DeliveryState(state): (mails, at) for state, mails, at in rows}
