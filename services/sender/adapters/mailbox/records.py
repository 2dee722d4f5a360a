"""What was read in the mailbox, and what the ledger knows about the mails that came back."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import mail, mailbox_message, soft_bounce
from services.sender.domain.mailbox.verdict import Kind

MOST_EDITIONS = 12
"""Of an address, the newest, among which a run of soft bounces is looked for."""

_CAME_BACK = text("""
SELECT EXISTS (SELECT FROM soft_bounce b WHERE b.mail_id = m.mail_id) AS came_back
FROM edition e JOIN mail m ON m.edition_id = e.edition_id AND m.address = :address
    JOIN delivery d ON d.mail_id = m.mail_id AND d.state = 'accepted'
ORDER BY e.wednesday DESC, e.edition_id DESC LIMIT :most
""")


@dataclass(frozen=True)
class Key:
    """A message on an IMAP server: for ever the same message (RFC 9051 §2.3.1.1)."""

    folder: str
    uid_validity: int
    uid: int


@dataclass(frozen=True)
class Sent:
    """A mail in the ledger."""

    mail_id: UUID
    edition_id: UUID | None
    address: str
    address_hash: bytes
    person_ids: tuple[str, ...]


async def kinds_of(
    conn: AsyncConnection, folder: str, uid_validity: int, uids: Collection[int]
) -> Mapping[int, Kind]:
    """Return the class of each message that was read before."""
    message = mailbox_message.c
    rows = await conn.execute(
        select(message.uid, message.kind).where(
            message.folder == folder,
            message.uid_validity == uid_validity,
            message.uid.in_(bindparam("uids", list(uids), expanding=True)),
        )
    )
    return {row.uid: Kind(row.kind) for row in rows}


async def claim(conn: AsyncConnection, key: Key, row: Mapping[str, Any]) -> bool:
    """Note a message in the caller's transaction; say whether nobody did before."""
    given = {"folder": key.folder, "uid_validity": key.uid_validity, "uid": key.uid, **row}
    result = await conn.execute(insert(mailbox_message).values(given).on_conflict_do_nothing())
    return result.rowcount == 1


async def find_sent(conn: AsyncConnection, mail_id: UUID) -> Sent | None:
    """Return a mail of the ledger, None if there is none with that id."""
    row = (
        await conn.execute(
            select(
                mail.c.mail_id, mail.c.edition_id, mail.c.address, mail.c.address_hash, mail.c.readers
            ).where(mail.c.mail_id == mail_id)
        )
    ).one_or_none()
    if row is None:
        return None
    readers = json.loads(row.readers) if isinstance(row.readers, str) else row.readers or []
    persons = tuple(reader[0] for reader in readers)
    return Sent(row.mail_id, row.edition_id, row.address, row.address_hash, persons)


async def note_soft(conn: AsyncConnection, mail_id: UUID, at: datetime) -> None:
    """Note that a mail came back softly; a second time changes nothing."""
    await conn.execute(insert(soft_bounce).values(mail_id=mail_id, at=at).on_conflict_do_nothing())


async def editions_that_came_back(conn: AsyncConnection, address: str) -> list[bool]:
    """Say of each of the newest editions that an address was sent whether it came back; oldest first."""
    rows = await conn.execute(_CAME_BACK, {"address": address, "most": MOST_EDITIONS})
    return [row.came_back for row in rows][::-1]
