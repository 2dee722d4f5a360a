"""Place an order: as a draft, or submitted at once."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, Wish
from services.intake.domain.refusals import Refusal
from services.intake.domain.states import State
from services.intake.use_cases.desk import By, Desk, NotInYourName
from services.intake.use_cases.submit_order import submit_now
from shared.ids import new_id


@dataclass(frozen=True)
class Placed:
    """An order as it now is, and what was refused just now."""

    order: Order
    refusals: tuple[Refusal, ...] = ()


async def place_order(conn: AsyncConnection, desk: Desk, wish: Wish, by: By, *, submit: bool) -> Placed:
    """Store a new order, and submit it if asked to. Nothing is lost by being refused."""
    if by.only_own and wish.ordered_by != by.subject:
        raise NotInYourName
    now = desk.clock.now()
    order = Order(order_id=new_id(), wish=wish, state=State.DRAFT, received_at=now)
    await orders.add(conn, order)
    await orders.remember(conn, order, "place", now, by.subject)
    if not submit:
        return Placed(order)
    return Placed(*await submit_now(conn, desk, order, by, now))
