"""What intake's use cases work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import names, orders, register
from services.intake.domain import calendar
from services.intake.domain.orders import Order
from services.intake.domain.registers import Register
from services.intake.domain.rules import Case, HouseRules
from shared.clock import Clock
from shared.messaging.outbox import Outbox


@dataclass(frozen=True)
class Desk:
    """The info desk's rules, calendar, clock and outgoing mail."""

    clock: Clock
    outbox: Outbox
    house: HouseRules
    is_closed: Callable[[date], bool]
    review: Literal["automatic", "desk"]
    answer_working_days: int
    office_closes: time

    def answer_due(self, now: datetime) -> datetime:
        """Return by when an order submitted now must be answered (A4)."""
        local = now.astimezone(self.house.zone)
        return calendar.answer_due(local, self.answer_working_days, self.office_closes, self.is_closed)

    def warn_from(self, due: datetime) -> datetime:
        """Return from when an answer due then is urgent (A4)."""
        return calendar.warn_from(due.astimezone(self.house.zone), self.is_closed)


@dataclass(frozen=True)
class By:
    """Who does something. ``only_own``: an orderer, who sees and orders for nobody else (F4)."""

    subject: str
    only_own: bool


class UnknownOrder(LookupError):
    """There is no such order, or none that this person may see."""


class NotInYourName(PermissionError):
    """An orderer placed an order in somebody else's name."""


async def order_of(conn: AsyncConnection, order_id: UUID, by: By, *, lock: bool = False) -> Order:
    """Return an order that ``by`` may see; raise UnknownOrder otherwise."""
    order = await (orders.find_locked if lock else orders.find)(conn, order_id)
    if order is None or (by.only_own and order.wish.ordered_by != by.subject):
        raise UnknownOrder
    return order


async def case_of(conn: AsyncConnection, desk: Desk, order: Order, now: datetime) -> Case:
    """Return the order as the rules see it. What is not complete is judged as if it became so now."""
    known = await known_for(conn, [order])
    return Case(order.wish, order.completed_at or now, known, desk.house)


async def known_for(conn: AsyncConnection, found: Sequence[Order]) -> Register:
    """Return what the rules need to know of units and of earlier orders to judge these."""
    units = await register.register_for(conn, [order.wish.unit_id for order in found])
    named = {name for order in found if order.wish.audience for name in order.wish.audience.earlier_orders}
    return replace(units, left=await orders.left_among(conn, named), names=await names.known(conn))
