"""What was received in the mailbox: each message once, and what it did."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import mailbox_message, mailbox_words
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Effect, Proof
from services.sender.domain.mailbox.verdict import Evidence, Kind, Verdict
from shared.ids import new_id


@dataclass(frozen=True)
class Key:
    """A message on an IMAP server: for ever the same message (RFC 9051 §2.3.1.1)."""

    folder: str
    uid_validity: int
    uid: int


@dataclass(frozen=True)
class Pushed:
    """A message that a server brought: the digest of its envelope and its octets."""

    digest: bytes


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
    message = mailbox_message.c
    rows = await conn.execute(
        select(message.uid, message.kind, message.proved).where(
            message.folder == folder,
            message.uid_validity == uid_validity,
            message.uid.in_(bindparam("uids", list(uids), expanding=True)),
        )
    )
    return {row.uid: (Kind(row.kind), Proof(row.proved)) for row in rows}


async def claim(
    conn: AsyncConnection, key: Key | Pushed, conclusion: Conclusion, at: datetime
) -> UUID | None:
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
    return found


async def keep_words(
    conn: AsyncConnection,
    message_id: UUID,
    said: Correspondence,
    evidence: Collection[Evidence],
    content: bytes | None,
) -> None:
    """Keep what people need of a message; its octets too where nobody else has them."""
    row = {
        **asdict(said),
        "message_id": message_id,
        "writer": said.writer[:320],
        "attachments": list(said.attachments),
        "evidence": [asdict(each) for each in evidence],
        "content": content,
    }
    await conn.execute(insert(mailbox_words).values(row))


async def content_of(conn: AsyncConnection, message_id: UUID) -> bytes | None:
    """Return the octets of a message, None if they are not kept, or no longer."""
    found: bytes | None = await conn.scalar(
        select(mailbox_words.c.content).where(mailbox_words.c.message_id == message_id)
    )
    return found
