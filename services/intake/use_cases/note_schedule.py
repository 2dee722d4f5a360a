"""Note the Wednesday of an order, and tell its orderer (A4)."""

from dataclasses import replace

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import note
from services.intake.domain.states import ON_ITS_WAY, Input
from services.intake.use_cases.answering import answer_scheduled
from services.intake.use_cases.desk import Desk
from shared.contracts.scheduler import OrderScheduled
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent

log = structlog.get_logger(__name__)
SCHEDULER = "scheduler"


async def note_schedule(conn: AsyncConnection, desk: Desk, received: Received[OrderScheduled]) -> None:
    """Note it unless a later report came first."""
    said = received.data
    order = await orders.find_locked(conn, said.order_id)
    if order is None:
        raise Permanent(f"intake has no order {said.order_id}")
    noted = note(order, Input.SCHEDULE)
    known = order.scheduled_as_of
    overtaken = known is not None and (order.state in ON_ITS_WAY or received.time < known)
    if overtaken or not noted.known_to_scheduler:
        log.info("report_ignored", order_id=str(order.order_id), state=order.state, report=Input.SCHEDULE)
        return
    noted = replace(
        noted,
        edition_id=said.edition_id,
        wednesday=said.wednesday,
        send_at=said.send_at,
        schedule_note=said.note,
        scheduled_as_of=received.time,
    )
    noted = await answer_scheduled(conn, desk, noted, received.now, received.correlation_id)
    await orders.save(conn, noted)
    await orders.remember(conn, noted, Input.SCHEDULE, received.now, SCHEDULER)
