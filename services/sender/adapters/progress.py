"""What can be seen of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, edition, mail
from services.sender.domain.flow import Flow
from services.sender.domain.progress import RATE_OVER, Counts
from services.sender.domain.states import State

_BY_STATE = text(f"""
SELECT state, count(*) AS mails, count(*) FILTER (WHERE attempts > 0) AS tried,
    count(*) FILTER (WHERE state = '{State.ACCEPTED}' AND updated_at > :since) AS recent,
    min(updated_at) AS first,
    max(due_at) FILTER (WHERE due_at < 'infinity') - now() AS last_retry
FROM delivery WHERE edition_id = :edition_id GROUP BY state
""")  # noqa: S608  # constants


@dataclass(frozen=True)
class EditionSeen:
    """An edition and what is counted for it. ``ready``: its texts are here."""

    wednesday: date | None
    ready: bool
    counts: Counts


@dataclass(frozen=True)
class MailSeen:
    """One mail of the ledger, as the desk may see it."""

    mail_id: UUID
    edition_id: UUID | None
    key: str | None
    purpose: str | None
    address: str
    language: str
    state: State
    attempts: int
    uncertainties: int
    reply: str
    recorded_at: datetime
    updated_at: datetime
    next_attempt_at: datetime | None


async def count(conn: AsyncConnection, edition_id: UUID, now: datetime) -> EditionSeen | None:
    """Return the figures of an edition; None if there is no such edition."""
    known = (
        await conn.execute(
            select(edition.c.wednesday, edition.c.mails, edition.c.prepared_at, edition.c.flow).where(
                edition.c.edition_id == edition_id
            )
        )
    ).one_or_none()
    if known is None:
        return None
    rows = (await conn.execute(_BY_STATE, {"edition_id": edition_id, "since": now - RATE_OVER})).all()
    counts = Counts(
        announced=known.mails,
        by_state={State(row.state): row.mails for row in rows},
        tried=sum(row.tried for row in rows),
        recent=sum(row.recent for row in rows),
        first_accepted=next((row.first for row in rows if row.state == State.ACCEPTED), None),
        last_retry=next((row.last_retry for row in rows if row.state == State.DEFERRED), None),
        runs=known.prepared_at is not None and known.flow == Flow.RUNNING,
        stopped=known.flow == Flow.STOPPED,
    )
    return EditionSeen(known.wednesday, known.prepared_at is not None, counts)


_SEEN = select(
    mail.c.mail_id,
    mail.c.edition_id,
    mail.c.key,
    mail.c.purpose,
    mail.c.address,
    mail.c.language,
    delivery.c.state,
    delivery.c.attempts,
    delivery.c.uncertainties,
    delivery.c.reply,
    mail.c.recorded_at,
    delivery.c.updated_at,
    func.nullif(delivery.c.due_at, literal_column("timestamptz 'infinity'")).label("next_attempt_at"),
).join_from(mail, delivery, mail.c.mail_id == delivery.c.mail_id)


async def page(
    conn: AsyncConnection, edition_id: UUID, state: State | None, after: UUID | None, most: int
) -> Sequence[MailSeen]:
    """Return mails of an edition by their ids, after one."""
    query = _SEEN.where(delivery.c.edition_id == edition_id).order_by(delivery.c.mail_id).limit(most)
    if state:
        query = query.where(delivery.c.state == state)
    if after:
        query = query.where(delivery.c.mail_id > after)
    return [_seen(row) for row in (await conn.execute(query)).mappings()]


async def one(conn: AsyncConnection, mail_id: UUID) -> MailSeen | None:
    """Return a mail."""
    row = (await conn.execute(_SEEN.where(mail.c.mail_id == mail_id))).mappings().one_or_none()
    return _seen(row) if row else None


def _seen(row: RowMapping) -> MailSeen:
    return MailSeen(**{**row, "state": State(str(row["state"]))})  # the names are those of _SEEN
