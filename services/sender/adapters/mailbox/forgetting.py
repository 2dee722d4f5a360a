"""Forgetting what people wrote to us (F2): the words, who wrote them, and the copy for the desk."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ABOUT = text("""
SELECT w.message_id FROM mailbox_words w JOIN mailbox_message m USING (message_id)
    LEFT JOIN mail USING (mail_id)
WHERE w.writer = ANY (CAST(:addresses AS varchar[]))
    OR (w.person_ids && CAST(:persons AS varchar[])
        AND (mail.edition_id IS NULL OR w.person_ids <@ CAST(:persons AS varchar[])))
ORDER BY w.message_id
""")
_COPIES = text("""
SELECT mail_id FROM mail WHERE key IN (SELECT 'mailbox-' || id FROM unnest(CAST(:messages AS uuid[])) id)
""")
_FORGET = text("DELETE FROM mailbox_words WHERE message_id = ANY (:messages)")
_LEAVE_OUT = text("""
UPDATE mailbox_words SET person_ids = ARRAY(
    SELECT each FROM unnest(person_ids) each WHERE each <> ALL (CAST(:persons AS varchar[])))
WHERE person_ids && CAST(:persons AS varchar[])
""")


async def about(
    conn: AsyncConnection, persons: Collection[str], addresses: Collection[str]
) -> Sequence[UUID]:
    """Return the messages from these addresses, and those about mails that concern these people.

    A message about an edition's mail to several readers may be any reader's: it stays while one is left.
    """
    given = {"persons": list(persons), "addresses": list(addresses)}
    return list((await conn.execute(_ABOUT, given)).scalars())


async def copies_of(conn: AsyncConnection, messages: Collection[UUID]) -> Sequence[UUID]:
    """Return the mails that bring, or brought, messages to the desk."""
    return list((await conn.execute(_COPIES, {"messages": list(messages)})).scalars())


async def forget(conn: AsyncConnection, messages: Collection[UUID], persons: Collection[str]) -> None:
    """Forget what messages said, and of the others that these people may have written them."""
    await conn.execute(_FORGET, {"messages": list(messages)})
    await conn.execute(_LEAVE_OUT, {"persons": list(persons)})
