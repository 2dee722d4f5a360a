"""Return an order to its orderer in the desk's own words."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.answers import desk_reason
from services.intake.domain.orders import Order, give_back
from services.intake.domain.states import Input
from services.intake.use_cases.answering import answer_returned
from services.intake.use_cases.desk import By, Desk, order_of


async def return_order(conn: AsyncConnection, desk: Desk, order_id: UUID, why: str, by: By) -> Order:
    """Return a submitted order, and tell its orderer why (A4)."""
    now = desk.clock.now()
    order = give_back(await order_of(conn, order_id, by, lock=True), (desk_reason(why),))
    await orders.remember(conn, order, Input.RETURN, now, by.subject)
    order = await answer_returned(conn, desk, order, now)
    await orders.save(conn, order)
    return order
