"""What can be seen of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import RowMapping, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, edition, mail
from services.sender.domain.states import State

RATE_OVER = timedelta(seconds=60)


@dataclass(frozen=True)
class EditionCounts:
    """``recent``: how many were accepted in the last minute before ``now``."""

    wednesday: date | None
    planned_mails: int | None
    prepared_at: datetime | None
    by_state: Mapping[State, int]
    recent: int
    first_accepted: datetime | None


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


async def count(conn: AsyncConnection, edition_id: UUID, now: datetime) -> EditionCounts | None:
    """Return the figures of an edition; None if there is no such edition."""
    known = (
        await conn.execute(
            select(edition.c.wednesday, edition.c.mails, edition.c.prepared_at).where(
                edition.c.edition_id == edition_id
            )
        )
    ).one_or_none()
    if known is None:
        return None
    accepted = delivery.c.state == State.ACCEPTED
    rows = (
        await conn.execute(
            select(
                delivery.c.state,
                func.count(),
                func.count().filter(accepted, delivery.c.updated_at > now - RATE_OVER),
                func.min(delivery.c.updated_at).filter(accepted),
            )
            .where(delivery.c.edition_id == edition_id)
            .group_by(delivery.c.state)
        )
    ).all()
    return EditionCounts(
        wednesday=known.wednesday,
        planned_mails=known.mails,
        prepared_at=known.prepared_at,
        by_state={State(state): total for state, total, _, _ in rows},
        recent=sum(recent for _, _, recent, _ in rows),
        first_accepted=next((first for _, _, _, first in rows if first), None),
    )


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
