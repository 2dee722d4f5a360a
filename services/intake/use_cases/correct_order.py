"""Correct an order that has left: a new one to exactly those who got it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.audiences import Audience
from services.intake.domain.orders import Order, Wish
from services.intake.domain.states import HAS_LEFT, State
from services.intake.use_cases.desk import By, Desk, order_of
from services.intake.use_cases.place_order import Placed
from shared.ids import new_id

_LONGEST_TITLE = 500


class NothingToCorrect(Exception):
    """The order has not left; ``state`` says where it is."""

    def __init__(self, state: State) -> None:
        super().__init__(f"the order is {state}")
        self.state = state


async def correct_order(conn: AsyncConnection, desk: Desk, order_id: UUID, by: By) -> Placed:
    """Store a draft in the class of the original, whose audience is its recipients; raise NothingToCorrect.

    Text and FAQ are left to whoever writes the correction; the draft leaves by the same rules as any order.
    """
    original = await order_of(conn, order_id, by)
    if original.state not in HAS_LEFT:
        raise NothingToCorrect(original.state)
    now = desk.clock.now()
    wish = Wish(
        unit_id=original.wish.unit_id,
        ordered_by=by.subject if by.only_own else original.wish.ordered_by,
        title=f"Rättelse: {original.wish.title}"[:_LONGEST_TITLE],
        order_class=original.wish.order_class,
        audience=Audience(recipients_of=(str(order_id),)),
    )
    order = Order(order_id=new_id(), wish=wish, state=State.DRAFT, received_at=now, corrects=order_id)
    await orders.add(conn, order)
    await orders.remember(conn, order, "correct", now, by.subject)
    return Placed(order)
