"""What was received in the mailbox: each message once, and what it did."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import mailbox_message, mailbox_words
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Effect, Proof
from services.sender.domain.mailbox.verdict import Evidence, Kind, Verdict
from shared.ids import new_id

_NOTED = text("""
SELECT uid, kind, proved FROM mailbox_message
WHERE folder = :folder AND uid_validity = :uid_validity AND uid = ANY(CAST(:uids AS bigint[]))
UNION ALL
SELECT c.uid, m.kind, m.proved FROM mailbox_copy c JOIN mailbox_message m USING (message_id)
WHERE c.folder = :folder AND c.uid_validity = :uid_validity AND c.uid = ANY(CAST(:uids AS bigint[]))
""")
_NOTE_COPY = text("""
INSERT INTO mailbox_copy (folder, uid_validity, uid, message_id)
SELECT given.folder, given.uid_validity, given.uid, m.message_id
FROM (VALUES (CAST(:folder AS varchar), CAST(:uid_validity AS bigint), CAST(:uid AS bigint)))
    AS given(folder, uid_validity, uid)
JOIN mailbox_message m ON m.digest = :digest
WHERE (m.folder, m.uid_validity, m.uid) IS DISTINCT FROM (given.folder, given.uid_validity, given.uid)
ON CONFLICT DO NOTHING
""")
_BEGIN = text("""
INSERT INTO mailbox_folder (folder, since) VALUES (:folder, CURRENT_DATE - 1) ON CONFLICT DO NOTHING
""")
_SINCE = text("SELECT since FROM mailbox_folder WHERE folder = :folder")


@dataclass(frozen=True)
class Pushed:
    """A message that a server brought. ``digest``: by what it is known again (``fingerprint``)."""

    digest: bytes


@dataclass(frozen=True)
class Key(Pushed):
    """A message on an IMAP server. Its number may change with the UIDVALIDITY, its digest does not."""

    folder: str
    uid_validity: int
    uid: int


@dataclass(frozen=True)
class Conclusion:
    """What a message is, about which mail, and what it does."""

    verdict: Verdict
    mail_id: UUID | None
    proof: Proof
    effect: Effect


async def noted(
    conn: AsyncConnection, folder: str, uid_validity: int, uids: Collection[int]
) -> Mapping[int, tuple[Kind, Proof]]:
    """Return the class of each message that was read before, and its proof."""
    given = {"folder": folder, "uid_validity": uid_validity, "uids": list(uids)}
    rows = await conn.execute(_NOTED, given)
    return {row.uid: (Kind(row.kind), Proof(row.proved)) for row in rows}


async def start_of(conn: AsyncConnection, folder: str) -> date:
    """Return the day from which on a folder is read: the one before it was first looked into."""
    await conn.execute(_BEGIN, {"folder": folder})
    since: date = (await conn.execute(_SINCE, {"folder": folder})).scalar_one()
    return since


async def claim(conn: AsyncConnection, key: Pushed, conclusion: Conclusion, at: datetime) -> UUID | None:
    """Note a message in the caller's transaction; return its new id, None if somebody did before."""
    verdict = conclusion.verdict
    row: dict[str, Any] = {
        **asdict(key),
        "message_id": new_id(),
        "kind": verdict.kind,
        "severity": verdict.severity,
        "code": verdict.code,
        "says": verdict.evidence[-1].says[:200],
        "mail_id": conclusion.mail_id,
        "proved": conclusion.proof,
        "effect": conclusion.effect,
        "read_at": at,
    }
    statement = insert(mailbox_message).values(row).on_conflict_do_nothing()
    found: UUID | None = await conn.scalar(statement.returning(mailbox_message.c.message_id))
    if found is None and isinstance(key, Key):
        await conn.execute(_NOTE_COPY, asdict(key))
    return found


async def keep_words(
    conn: AsyncConnection,
    message_id: UUID,
    said: Correspondence,
    evidence: Collection[Evidence],
    content: bytes | None,
    person_ids: Collection[str],
) -> None:
    """Keep what people need of a message; its octets too where nobody else has them.

    ``person_ids``: whom the mail concerned that it is about, and so perhaps the message (F2).
    """
    row = {
        **asdict(said),
        "message_id": message_id,
        "writer": said.writer[:320],
        "attachments": list(said.attachments),
        "evidence": [asdict(each) for each in evidence],
        "content": content,
        "person_ids": sorted(person_ids),
    }
    await conn.execute(insert(mailbox_words).values(row))


async def content_of(conn: AsyncConnection, message_id: UUID) -> bytes | None:
    """Return the octets of a message, None if they are not kept, or no longer."""
    found: bytes | None = await conn.scalar(
        select(mailbox_words.c.content).where(mailbox_words.c.message_id == message_id)
    )
    return found
