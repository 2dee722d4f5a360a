"""Answer the orderer (A4): in the transaction that decides, and once for each decision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import answers
from services.intake.domain.answers import (
    Letter,
    rest_stopped,
    returned,
    scheduled,
    stopped,
    texts_leave,
    texts_stopped,
)
from services.intake.domain.orders import Order
from services.intake.use_cases.desk import Desk
from shared.contracts.scheduler import EditionStopped
from shared.contracts.sender import SendMessage
from shared.messaging.consuming import Received

PURPOSE = "order-answer"


async def answer_returned(conn: AsyncConnection, desk: Desk, order: Order, now: datetime) -> Order:
    """Tell what is missing. The order counts as answered."""
    key = f"intake-answer-{order.order_id}-returned-{order.submissions}"
    return await _answer(conn, desk, order, key, "returned", returned(order), now)


async def answer_scheduled(
    conn: AsyncConnection, desk: Desk, order: Order, now: datetime, correlation_id: UUID | None
) -> Order:
    """Tell the date. Another edition, or another day of the same, is a new answer."""
    key = f"intake-answer-{order.order_id}-scheduled-{order.edition_id}-{order.wednesday}"
    return await _answer(conn, desk, order, key, "scheduled", scheduled(order), now, correlation_id)


async def answer_stopped(
    conn: AsyncConnection, desk: Desk, order: Order, now: datetime, *, left: bool, correlation_id: UUID | None
) -> Order:
    """Tell that the Wednesday was called off."""
    key = f"intake-answer-{order.order_id}-stopped-{order.edition_id}"
    letter = stopped(order, left=left)
    return await _answer(conn, desk, order, key, "stopped", letter, now, correlation_id)


async def answer_rest_stopped(
    conn: AsyncConnection, desk: Desk, order: Order, said: EditionStopped, received: Received[EditionStopped]
) -> None:
    """Tell that the Wednesday was called off on which the last people were to get an order that had left."""
    key = f"intake-answer-{order.order_id}-stopped-{said.edition_id}"
    letter = rest_stopped(order, said.wednesday, said.reason)
    await _answer(conn, desk, order, key, "stopped", letter, received.now, received.correlation_id)


async def answer_texts(
    conn: AsyncConnection, desk: Desk, order: Order, now: datetime, correlation_id: UUID | None
) -> Order:
    """Tell that an order by text message leaves now."""
    key = f"intake-answer-{order.order_id}-texts"
    return await _answer(conn, desk, order, key, "scheduled", texts_leave(order), now, correlation_id)


async def answer_texts_stopped(
    conn: AsyncConnection, desk: Desk, order: Order, outcomes: Mapping[str, int], now: datetime
) -> None:
    """Tell how many texts had left when an order was taken back. ``outcomes``: texts by state."""
    left = sum(outcomes.get(state, 0) for state in ("accepted", "delivered", "uncertain"))
    letter = texts_stopped(order, left=left, held=sum(outcomes.values()) - left)
    await _answer(conn, desk, order, f"intake-answer-{order.order_id}-texts-stopped", "stopped", letter, now)


async def answer_drafted(
    conn: AsyncConnection, desk: Desk, order: Order, letter: Letter, now: datetime
) -> None:
    """Tell what is missing of an order that came by mail (A5). A4's clock starts when it is submitted."""
    await _answer(conn, desk, order, f"intake-answer-{order.order_id}-drafted", "drafted", letter, now)


async def _answer(
    conn: AsyncConnection,
    desk: Desk,
    order: Order,
    key: str,
    kind: str,
    letter: Letter,
    now: datetime,
    correlation_id: UUID | None = None,
) -> Order:
    if await answers.add(conn, key, order.order_id, kind, now):
        message = SendMessage(
            key=key,
            to=order.wish.ordered_by,
            subject=letter.subject,
            markdown=letter.markdown,
            purpose=PURPOSE,
        )
        await desk.outbox.add(conn, message, correlation_id=correlation_id)
    return replace(order, answered_at=order.answered_at or now)
