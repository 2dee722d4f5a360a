"""Withdraw an order before its recipients are decided."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, withdraw
from services.intake.domain.states import Input
from services.intake.use_cases.desk import By, Desk, order_of
from shared.contracts.intake import OrderWithdrawn


async def withdraw_order(conn: AsyncConnection, desk: Desk, order_id: UUID, why: str, by: By) -> Order:
    """Withdraw an order; tell the scheduler if it knows it."""
    order = await order_of(conn, order_id, by, lock=True)
    withdrawn = withdraw(order, why)
    await orders.save(conn, withdrawn)
    await orders.remember(conn, withdrawn, Input.WITHDRAW, desk.clock.now(), by.subject)
    if order.known_to_scheduler:
        await desk.outbox.add(conn, OrderWithdrawn(order_id=order_id, reason=why))
    return withdrawn
