"""Take an order back."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders
from shared.contracts.intake import OrderWithdrawn
from shared.messaging.consuming import Received


async def withdraw_order(conn: AsyncConnection, received: Received[OrderWithdrawn]) -> None:
    """Remember that an order is taken back: a freeze leaves it out, a hand-over takes its sections away."""
    data = received.data
    await orders.withdraw(conn, data.order_id, data.reason, received.now)
