"""Accept an order: from now the scheduler knows it."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, accept
from services.intake.domain.refusals import Refusal
from services.intake.domain.rules import Case, judge
from services.intake.domain.states import Input
from services.intake.use_cases.desk import By, Desk, case_of, order_of
from shared.contracts.intake import Audience, OrderAccepted, SectionText


class BreaksRules(Exception):
    """The order kept the rules when it was submitted, and no longer does."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__("the order breaks a rule")
        self.refusals = refusals


async def accept_order(conn: AsyncConnection, desk: Desk, order_id: UUID, by: By) -> Order:
    """Accept a submitted order after the desk's review. The rules are applied once more."""
    now = desk.clock.now()
    order = await order_of(conn, order_id, by, lock=True)
    case = await case_of(conn, desk, order, now)
    accepted = await accept_now(conn, desk, order, case, now, by.subject)
    if refusals := judge(case):
        raise BreaksRules(refusals)
    await orders.save(conn, accepted)
    return accepted


async def accept_now(
    conn: AsyncConnection, desk: Desk, order: Order, case: Case, now: datetime, by: str
) -> Order:
    """Return the accepted order, and tell the scheduler. The caller saves it."""
    accepted = accept(order, now)
    await orders.remember(conn, accepted, Input.ACCEPT, now, by)
    unit = case.register.units[order.wish.unit_id]
    await desk.outbox.add(conn, _announcement(accepted, unit.name))
    return accepted


def _announcement(order: Order, unit_name: str) -> OrderAccepted:
    wish = order.wish
    assert wish.audience is not None
    assert order.completed_at is not None
    return OrderAccepted(
        order_id=order.order_id,
        unit_id=wish.unit_id,
        unit_name=unit_name,
        ordered_by=wish.ordered_by,
        title=wish.title,
        order_class=wish.order_class,
        audience=Audience.model_validate(asdict(wish.audience)),
        texts={
            language: SectionText(subject=words.subject, markdown=words.markdown)
            for language, words in (wish.texts or {}).items()
        },
        completed_at=order.completed_at,
        not_before=wish.not_before,
        channel=wish.channel,
        urgency=wish.urgency,
    )
