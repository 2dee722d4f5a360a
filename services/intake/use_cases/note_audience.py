"""Keep on an order that its audience moved since it was accepted: the desk looks at the figures."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.use_cases.note_schedule import SCHEDULER
from shared.contracts.scheduler import AudienceMoved
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent

AUDIENCE_MOVED = "audience_moved"


async def note_audience(conn: AsyncConnection, received: Received[AudienceMoved]) -> None:
    """Add a line to the order's history, whatever its state."""
    order = await orders.find_locked(conn, received.data.order_id)
    if order is None:
        raise Permanent(f"intake has no order {received.data.order_id}")
    await orders.remember(conn, order, AUDIENCE_MOVED, received.now, SCHEDULER)
