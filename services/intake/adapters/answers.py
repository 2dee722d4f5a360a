"""Mails to orderers (A4) in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.tables import answers


async def add(conn: AsyncConnection, key: str, order_id: UUID, kind: str, at: datetime) -> bool:
    """Note that an answer is on its way; say whether it is new."""
    row = {"key": key, "order_id": order_id, "kind": kind, "at": at, "state": "waiting", "reply": ""}
    statement = upsert(answers).values(row).on_conflict_do_nothing()
    return (await conn.execute(statement)).rowcount == 1


async def conclude(conn: AsyncConnection, key: str, state: str, at: datetime, reply: str) -> bool:
    """Note what became of an answer, unless something later is known; say whether there is such an answer."""
    known = update(answers).where(answers.c.key == key)
    later = known.where((answers.c.concluded_at.is_(None)) | (answers.c.concluded_at <= at))
    await conn.execute(later.values(state=state, concluded_at=at, reply=reply))
    return (await conn.execute(select(answers.c.key).where(answers.c.key == key))).one_or_none() is not None


async def of_order(conn: AsyncConnection, order_id: UUID) -> list[RowMapping]:
    query = select(answers).where(answers.c.order_id == order_id).order_by(answers.c.at, answers.c.key)
    return list((await conn.execute(query)).mappings())
