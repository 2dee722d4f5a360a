"""What was said of the progress of editions: one process at a time looks, and not too often."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_BEGIN = text("""
INSERT INTO told_progress (edition_id)
SELECT edition_id FROM edition WHERE prepared_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM told_progress t WHERE t.edition_id = edition.edition_id)
ON CONFLICT DO NOTHING
""")
_NEXT = text("""
SELECT edition_id, told FROM told_progress WHERE NOT ended AND look_at <= now()
ORDER BY look_at LIMIT 1 FOR UPDATE SKIP LOCKED
""")
_NOTE = text("""
UPDATE told_progress SET told = :told, ended = :ended, look_at = now() + :pause WHERE edition_id = :edition_id
""")


@dataclass(frozen=True)
class Telling:
    """``told``: what was said of an edition last, in short; empty before the first time."""

    edition_id: UUID
    told: str


async def begin(conn: AsyncConnection) -> None:
    """Take up the editions that have been prepared."""
    await conn.execute(_BEGIN)


async def next_due(conn: AsyncConnection) -> Telling | None:
    """Return the edition to look at now. No other process looks at it until this transaction ends."""
    row = (await conn.execute(_NEXT)).one_or_none()
    return Telling(row.edition_id, row.told) if row else None


async def note(conn: AsyncConnection, telling: Telling, *, ended: bool, pause: timedelta) -> None:
    """Note what was said; the edition is looked at again after a pause, or never when it has ended."""
    given = {"edition_id": telling.edition_id, "told": telling.told, "ended": ended, "pause": pause}
    await conn.execute(_NOTE, given)
