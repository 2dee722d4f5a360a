"""Concluding the mails of a stopped edition that the sender never got."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_CONCLUDE = text(
    """
    WITH waiting AS MATERIALIZED (
        SELECT mailbox_key FROM planned_mail
        WHERE edition_no = :edition_no AND NOT EXISTS (SELECT FROM batch b WHERE b.edition_no = :edition_no)
        UNION ALL
        SELECT mailbox_key FROM batch b JOIN planned_mail p USING (edition_no)
        WHERE edition_no = :edition_no AND handed_at IS NULL
          AND mailbox_key BETWEEN first_mailbox AND last_mailbox
    )
    UPDATE planned_mail SET state = 'suppressed', reported_at = :at, reply = :reply
    FROM waiting
    WHERE planned_mail.edition_no = :edition_no AND planned_mail.mailbox_key = waiting.mailbox_key
      AND state = 'planned'
    """
)
"""Before the release there are no batches; afterwards, those not handed over are ours to conclude. The others
are the sender's, who reports them."""


async def conclude(conn: AsyncConnection, edition_no: int, reply: str, at: datetime) -> int:
    """Suppress what was never handed over of a locked edition, with why; return how many mails."""
    told = {"edition_no": edition_no, "reply": reply, "at": at}
    return (await conn.execute(_CONCLUDE, told)).rowcount
