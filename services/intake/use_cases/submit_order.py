"""Submit an order: the rules are applied, and it is accepted or returned with the reasons."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, give_back, submit
from services.intake.domain.refusals import Refusal
from services.intake.domain.rules import judge
from services.intake.domain.states import Input
from services.intake.use_cases.accept_order import accept_now
from services.intake.use_cases.answering import answer_returned
from services.intake.use_cases.desk import By, Desk, case_of, order_of

RULES = "rules"
"""Who accepts and returns in an order's history when no person did."""

Submitted = tuple[Order, tuple[Refusal, ...]]


async def submit_order(conn: AsyncConnection, desk: Desk, order_id: UUID, by: By) -> Submitted:
    """Submit a draft, or an order that was returned."""
    order = await order_of(conn, order_id, by, lock=True)
    return await submit_now(conn, desk, order, by, desk.clock.now())


async def submit_now(conn: AsyncConnection, desk: Desk, order: Order, by: By, now: datetime) -> Submitted:
    """Submit a locked order; return it as it then is, with what was refused."""
    order = submit(order, now, desk.answer_due(now))
    await orders.remember(conn, order, Input.SUBMIT, now, by.subject)
    case = await case_of(conn, desk, order, now)
    refusals = judge(case)
    if refusals:
        order = give_back(order, tuple(refusal.reason() for refusal in refusals))
        await orders.remember(conn, order, Input.RETURN, now, RULES)
        order = await answer_returned(conn, desk, order, now)
    elif desk.review == "automatic":
        order = await accept_now(conn, desk, order, case, now, RULES)
    await orders.save(conn, order)
    return order, refusals
