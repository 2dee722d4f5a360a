"""Show orders with their checklist (A10) and answer clock (A4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import answers, order_mails, orders
from services.intake.adapters.orders import Selection
from services.intake.domain.checklist import Point, checklist
from services.intake.domain.orders import Order
from services.intake.domain.rules import Case, TextRules
from services.intake.use_cases.desk import By, Desk, known_for, order_of
from services.intake.use_cases.warn_unanswered import urgency_of


@dataclass(frozen=True)
class Shown:
    """An order with what is worked out of it now."""

    order: Order
    unit_name: str
    checklist: tuple[Point, ...]
    urgency: Literal["none", "waiting", "soon", "late", "answered"]


@dataclass(frozen=True)
class Detailed:
    """An order with its mails and its history."""

    shown: Shown
    text_rules: TextRules
    answers: Sequence[RowMapping]
    history: Sequence[RowMapping]
    mail: RowMapping | None


async def list_orders(conn: AsyncConnection, desk: Desk, which: Selection) -> tuple[int, list[Shown]]:
    """Return how many orders there are of the kind, and one page of them."""
    total, found = await orders.listed(conn, which)
    return total, await _shown(conn, desk, found)


async def show_order(conn: AsyncConnection, desk: Desk, order_id: UUID, by: By) -> Detailed:
    """Return one order; raise UnknownOrder."""
    return await detail(conn, desk, await order_of(conn, order_id, by))


async def detail(conn: AsyncConnection, desk: Desk, order: Order) -> Detailed:
    [shown] = await _shown(conn, desk, [order])
    mails = await answers.of_order(conn, order.order_id)
    history = await orders.history(conn, order.order_id)
    came_as = await order_mails.of_order(conn, order.order_id)
    return Detailed(shown, desk.house.texts, mails, history, came_as)


async def _shown(conn: AsyncConnection, desk: Desk, found: Iterable[Order]) -> list[Shown]:
    found = list(found)
    now = desk.clock.now()
    known = await known_for(conn, found)
    shown = []
    for order in found:
        case = Case(order.wish, order.completed_at or now, known, desk.house)
        unit = known.units.get(order.wish.unit_id)
        name = unit.name if unit is not None else order.wish.unit_id
        shown.append(Shown(order, name, checklist(order, case), urgency_of(desk, order, now)))
    return shown
