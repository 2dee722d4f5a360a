"""Editions: their texts, once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, edition
from services.sender.domain.edition import Edition, Section, SectionText
from shared.contracts.sender import PrepareEdition
from shared.contracts.sender import Section as SectionMessage


async def expect(conn: AsyncConnection, edition_id: UUID) -> bool:
    """Make sure that an edition has its row and keep it from being prepared until this transaction ends.

    Returns whether it is prepared.
    """
    await conn.execute(insert(edition).values(edition_id=edition_id).on_conflict_do_nothing())
    found = await conn.execute(
        select(edition.c.prepared_at).where(edition.c.edition_id == edition_id).with_for_update(read=True)
    )
    return found.scalar_one() is not None


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
    )
    if not prepared.rowcount:
        return False
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
