"""Note what became of an order by text message: planned, then completed (D7)."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, note
from services.intake.domain.states import Input, State
from services.intake.use_cases.answering import answer_texts, answer_texts_stopped
from services.intake.use_cases.desk import Desk
from services.intake.use_cases.note_schedule import SCHEDULER
from shared.contracts.scheduler import TextsCompleted, TextsPlanned
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent


async def note_texts(conn: AsyncConnection, desk: Desk, received: Received[TextsPlanned]) -> None:
    """The recipients are decided and the texts leave: tell the orderer (A4).

    If the order was withdrawn meanwhile, the sender calls off what waits: it is stopped, and not announced.
    """
    said = received.data
    order = await _known(conn, said.order_id)
    noted = note(order, Input.RELEASE)
    noted = replace(noted, recipients=said.recipients, excluded=dict(said.excluded), send_at=said.at)
    if order.state is State.WITHDRAWN:
        noted = replace(note(noted, Input.STOP), stopped_because=order.withdrawn_because)
    elif order.answered_at is None:
        noted = await answer_texts(conn, desk, noted, received.now, received.correlation_id)
    await _keep(conn, order, noted, Input.RELEASE, received)


async def note_texts_completion(
    conn: AsyncConnection, desk: Desk, received: Received[TextsCompleted]
) -> None:
    """Every text has its outcome. If the order was taken back meanwhile, its orderer hears what had left."""
    order = await _known(conn, received.data.order_id)
    if order.state is State.STOPPED:
        await answer_texts_stopped(conn, desk, order, received.data.outcomes, received.now)
        return
    await _keep(conn, order, note(order, Input.COMPLETE), Input.COMPLETE, received)


async def _known(conn: AsyncConnection, order_id: UUID) -> Order:
    order = await orders.find_locked(conn, order_id)
    if order is None:
        raise Permanent(f"intake has no order {order_id}")
    return order


async def _keep(
    conn: AsyncConnection,
    before: Order,
    after: Order,
    given: Input,
    received: Received[TextsPlanned] | Received[TextsCompleted],
) -> None:
    if after == before:
        return
    await orders.save(conn, after)
    if after.state != before.state:
        await orders.remember(conn, after, given, received.now, SCHEDULER)
