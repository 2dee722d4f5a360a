"""Take an order back."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders
from services.scheduler.domain.exclusions import Reason
from services.scheduler.use_cases.take_back import take_back
from shared.contracts.intake import OrderWithdrawn
from shared.messaging.consuming import Received


async def withdraw_order(conn: AsyncConnection, received: Received[OrderWithdrawn]) -> None:
    """Remember that an order is taken back. Mails that are decided and have not left lose its sections."""
    data = received.data
    is_news = await orders.withdraw(conn, data.order_id, data.reason, received.now)
    placed = await orders.first_place(conn, data.order_id)
    if placed is not None:
        await take_back(conn, *placed, Reason.WITHDRAWN, received.now)
        if is_news:
            await orders.withdrawn_after(conn, data.order_id, placed[0])
