"""Editions: their texts, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, edition
from services.sender.domain.edition import Edition, Section, SectionText
from services.sender.domain.flow import Flow
from shared.contracts.sender import PrepareEdition
from shared.contracts.sender import Section as SectionMessage


@dataclass(frozen=True)
class Expected:
    """What awaits mails of an edition: they go at once, wait, or are ``stopped`` with this reply."""

    may_go: bool
    stopped: str | None = None


async def expect(conn: AsyncConnection, edition_id: UUID) -> Expected:
    """Make sure that an edition has its row, and keep it as it is until this transaction ends."""
    await conn.execute(insert(edition).values(edition_id=edition_id).on_conflict_do_nothing())
    found = await conn.execute(
        select(edition.c.prepared_at, edition.c.flow, edition.c.flow_reason)
        .where(edition.c.edition_id == edition_id)
        .with_for_update(read=True)
    )
    row = found.one()
    may_go = row.prepared_at is not None and row.flow == Flow.RUNNING
    return Expected(may_go, row.flow_reason if row.flow == Flow.STOPPED else None)


async def prepare(conn: AsyncConnection, given: PrepareEdition, at: datetime) -> bool:
    """Store the texts of an edition and let its mails go. Returns False if it was prepared before."""
    await conn.execute(insert(edition).values(edition_id=given.edition_id).on_conflict_do_nothing())
    prepared = await conn.execute(
        update(edition)
        .where(edition.c.edition_id == given.edition_id, edition.c.prepared_at.is_(None))
        .values(
            wednesday=given.wednesday,
            sections=[section.model_dump(mode="json") for section in given.sections],
            mails=given.mails,
            batches=given.batches,
            prepared_at=at,
        )
        .returning(edition.c.flow)
    )
    flow = prepared.scalar_one_or_none()
    if flow != Flow.RUNNING:
        return flow is not None
    await conn.execute(
        update(delivery)
        .where(delivery.c.edition_id == given.edition_id, delivery.c.due_at == text("'infinity'"))
        .values(due_at=func.now())
    )
    return True


async def load(conn: AsyncConnection, edition_id: UUID) -> Edition:
    """Return a prepared edition; raises NoResultFound."""
    row = (
        await conn.execute(
            select(edition.c.wednesday, edition.c.sections).where(
                edition.c.edition_id == edition_id, edition.c.prepared_at.is_not(None)
            )
        )
    ).one()
    return Edition(edition_id, row.wednesday, {s["position"]: _section(s) for s in row.sections})


def _section(stored: dict[str, Any]) -> Section:
    given = SectionMessage.model_validate(stored)
    return Section(
        position=given.position,
        order_id=given.order_id,
        unit_id=given.unit_id,
        unit_name=given.unit_name,
        is_duty=given.order_class == "duty",
        texts={language: SectionText(t.subject, t.markdown) for language, t in given.texts.items()},
    )
