"""Mails that are decided and have not begun to leave, by whose they are."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.editions import EDITION, Edition, edition_from

_DECIDED = "frozen_at IS NOT NULL AND edition.state IN ('frozen', 'held', 'parked')"

_HOLDING = text(
    f"SELECT {EDITION} FROM edition WHERE {_DECIDED} AND EXISTS (SELECT FROM planned_mail "  # noqa: S608  # constants
    "WHERE planned_mail.edition_no = edition.edition_no AND mailbox_key = ANY(:mailbox_key)) "
    "ORDER BY wednesday FOR UPDATE"
)

_MAILBOXES_OF = text(
    f"""
    SELECT DISTINCT mailbox_key FROM edition JOIN planned_mail USING (edition_no)
    WHERE {_DECIDED}
      AND persons && (SELECT array_agg(person_key) FROM person WHERE person_id = ANY(:person_id))
    """  # noqa: S608  # a constant
)


async def holding(conn: AsyncConnection, mailboxes: Collection[int]) -> list[Edition]:
    """Return the editions that hold a mail for one of these mailboxes, locked, the earliest first."""
    rows = await conn.execute(_HOLDING, {"mailbox_key": list(mailboxes)})
    return [edition_from(row) for row in rows]


async def mailboxes_of(conn: AsyncConnection, person_ids: Collection[str]) -> set[int]:
    """Return the mailboxes in whose mails these people are, also if they have another address since."""
    rows = await conn.execute(_MAILBOXES_OF, {"person_id": list(person_ids)})
    return set(rows.scalars())
