"""Note what became of texts. Reports may come twice and in any order; the newest counts."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import texts
from shared.contracts.scheduler import TextsCompleted
from shared.contracts.texts import TextsReported
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent
from shared.messaging.outbox import Outbox

_OPEN = ("planned", "uncertain")


@dataclass(frozen=True)
class NoteTexts:
    """Says once that an order's texts all have their outcome."""

    outbox: Outbox

    async def __call__(self, conn: AsyncConnection, received: Received[TextsReported]) -> None:
        order_id = received.data.order_id
        found = await texts.lock_order(conn, order_id)
        if found is None:
            raise Permanent(f"there are no texts of an order {order_id}")
        order_no, completed = found
        counts = await texts.note(conn, order_no, received.data.outcomes)
        if completed or any(counts[state] for state in _OPEN):
            return
        await texts.complete(conn, order_no, received.now)
        said = TextsCompleted(order_id=order_id, outcomes=dict(counts), at=received.now)
        await self.outbox.add(conn, said, correlation_id=received.correlation_id)
