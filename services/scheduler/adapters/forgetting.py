"""Forgetting what has served its purpose (F5)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_FORGET_UNUSED = text(
    """
    UPDATE mailbox SET address = NULL
    WHERE address IS NOT NULL
      AND NOT EXISTS (SELECT FROM person WHERE person.mailbox_key = mailbox.mailbox_key)
      AND NOT EXISTS (
        SELECT FROM edition JOIN planned_mail USING (edition_no)
        WHERE edition.state IN ('frozen', 'held', 'releasing', 'paused', 'released')
          AND planned_mail.mailbox_key = mailbox.mailbox_key
      )
    """
)


async def forget_addresses(conn: AsyncConnection) -> int:
    """Forget addresses that nobody has any more and no mail under way needs (F5); return how many."""
    return (await conn.execute(_FORGET_UNUSED)).rowcount
