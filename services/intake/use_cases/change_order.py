"""Change an order that is a draft or was returned."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Wish, edit
from services.intake.domain.states import Input
from services.intake.use_cases.desk import By, Desk, NotInYourName, order_of
from services.intake.use_cases.place_order import Placed
from services.intake.use_cases.submit_order import submit_now


async def change_order(
    conn: AsyncConnection, desk: Desk, order_id: UUID, wish: Wish, by: By, *, submit: bool
) -> Placed:
    """Give the order a new wish, and submit it if asked to."""
    if by.only_own and wish.ordered_by != by.subject:
        raise NotInYourName
    now = desk.clock.now()
    order = edit(await order_of(conn, order_id, by, lock=True), wish)
    await orders.save(conn, order)
    await orders.remember(conn, order, Input.EDIT, now, by.subject)
    if not submit:
        return Placed(order)
    return Placed(*await submit_now(conn, desk, order, by, now))
