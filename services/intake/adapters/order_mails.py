"""Orders that came by mail (A5), as they were written."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.tables import order_mails
from services.intake.domain.order_mail import OrderMail


async def known(conn: AsyncConnection, message_id: UUID, writer: str) -> bool:
    """Whether a message has its draft. The writer's other messages wait until this transaction ends."""
    await conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"order-mail {writer}"))))
    query = select(order_mails.c.order_id).where(order_mails.c.message_id == message_id)
    return (await conn.execute(query)).one_or_none() is not None


async def add(
    conn: AsyncConnection, message_id: UUID, order_id: UUID, mail: OrderMail, received_at: datetime
) -> None:
    row = {
        **asdict(mail),
        "attachments": list(mail.attachments),
        "message_id": message_id,
        "order_id": order_id,
        "received_at": received_at,
    }
    await conn.execute(insert(order_mails).values(row))


async def count_since(conn: AsyncConnection, writer: str, moment: datetime) -> int:
    """Return how many orders an address has sent by mail since then."""
    query = select(func.count()).where(order_mails.c.writer == writer, order_mails.c.received_at > moment)
    return int(await conn.scalar(query) or 0)


async def of_order(conn: AsyncConnection, order_id: UUID) -> RowMapping | None:
    """Return the mail that an order came as, None if it came otherwise."""
    query = select(order_mails).where(order_mails.c.order_id == order_id)
    return (await conn.execute(query)).mappings().one_or_none()
