"""Note that a Wednesday was called off, and tell the orderers (A4)."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.orders import note
from services.intake.domain.states import Input, State
from services.intake.use_cases.answering import answer_rest_stopped, answer_stopped
from services.intake.use_cases.desk import Desk
from services.intake.use_cases.note_edition import keep, known_orders, on
from shared.contracts.scheduler import EditionStopped
from shared.messaging.consuming import Received


async def note_stop(conn: AsyncConnection, desk: Desk, received: Received[EditionStopped]) -> None:
    """Each order of it is stopped, unless a later report came first. One that had left stays as it is."""
    said = received.data
    for order in await known_orders(conn, said.order_ids):
        noted = on(note(order, Input.STOP), said.edition_id, said.wednesday)
        if noted.state is State.STOPPED and order.state is not State.STOPPED:
            noted = replace(noted, stopped_because=said.reason)
            noted = await answer_stopped(
                conn, desk, noted, received.now, left=said.left, correlation_id=received.correlation_id
            )
        await keep(conn, order, noted, Input.STOP, received.now)
    for order in await known_orders(conn, said.carried_order_ids):
        await answer_rest_stopped(conn, desk, order, said, received)
