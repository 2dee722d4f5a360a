"""Forgetting what has served its purpose (F2, F5).

Mailboxes are locked in one statement and forgotten in the next: whoever holds one may just be writing a
person to it, whom a statement that waited would not see.
"""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOBODYS = "NOT EXISTS (SELECT FROM person WHERE person.mailbox_key = mailbox.mailbox_key)"

_UNDER_WAY = """
    SELECT FROM edition JOIN planned_mail USING (edition_no)
    WHERE edition.state IN ('frozen', 'held', 'releasing', 'paused', 'released')
      AND planned_mail.mailbox_key = mailbox.mailbox_key
"""

_UNUSED = f"address IS NOT NULL AND {_NOBODYS} AND NOT EXISTS ({_UNDER_WAY})"

_OF_ERASED = f"""
    mailbox_key = ANY(:mailbox_key) AND {_NOBODYS} AND NOT EXISTS ({_UNDER_WAY}
        AND planned_mail.state = 'planned'
        AND EXISTS (SELECT FROM person WHERE person_key = ANY(persons) AND NOT erased))
"""

_IN_ORDER = "ORDER BY address_hash FOR NO KEY UPDATE"

_LOCK_UNUSED = text(f"SELECT mailbox_key FROM mailbox WHERE {_UNUSED} {_IN_ORDER}")  # noqa: S608  # constants

_FORGET_UNUSED = text(
    f"UPDATE mailbox SET address = NULL WHERE mailbox_key = ANY(:mailbox_key) AND {_UNUSED}"  # noqa: S608  # constants
)

_LOCK = text(f"SELECT FROM mailbox WHERE mailbox_key = ANY(:mailbox_key) {_IN_ORDER}")

_FORGET_ERASED = text(f"UPDATE mailbox SET address = NULL WHERE {_OF_ERASED}")  # noqa: S608  # constants


async def forget_addresses(conn: AsyncConnection) -> int:
    """Forget addresses that nobody has any more and no mail under way needs (F5); return how many."""
    unused = (await conn.execute(_LOCK_UNUSED)).scalars().all()
    return (await conn.execute(_FORGET_UNUSED, {"mailbox_key": list(unused)})).rowcount


async def forget_erased(conn: AsyncConnection, mailboxes: Collection[int]) -> None:
    """Forget at once the addresses of people who were erased (F2).

    An address stays while somebody has it, or while a mail is still to go there to a reader who is not erased
    and has another address by now: ``forget_addresses`` forgets it when the edition is over.
    """
    told = {"mailbox_key": list(mailboxes)}
    await conn.execute(_LOCK, told)
    await conn.execute(_FORGET_ERASED, told)
