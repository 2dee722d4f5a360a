"""Warn of orders whose answer is late, or soon will be (A4). A sweeper."""

from collections import Counter
from datetime import datetime
from typing import Literal

import structlog
from prometheus_client import Gauge

from services.intake.adapters import orders
from services.intake.domain.orders import Order
from services.intake.use_cases.desk import Desk
from shared.persistence.database import Database

log = structlog.get_logger(__name__)

UNANSWERED = Gauge("onsdag_intake_unanswered", "Orders not answered yet, by urgency (A4)", ["urgency"])
Urgency = Literal["waiting", "soon", "late"]


def urgency(desk: Desk, due: datetime, now: datetime) -> Urgency:
    """Return how urgent an answer is: soon from the close of the working day before its last, then late."""
    if now >= due:
        return "late"
    return "soon" if now >= desk.warn_from(due) else "waiting"


def urgency_of(desk: Desk, order: Order, now: datetime) -> Urgency | Literal["answered", "none"]:
    """Return how urgent the answer to an order is, if it waits for one."""
    if order.waits_for_answer and order.answer_due is not None:
        return urgency(desk, order.answer_due, now)
    return "answered" if order.answered_at is not None else "none"


async def warn_unanswered(database: Database, desk: Desk) -> None:
    """Count the unanswered orders and log those that need somebody now."""
    now = desk.clock.now()
    async with database.begin() as conn:
        waiting = await orders.unanswered(conn)
    found = {order_id: urgency(desk, due, now) for order_id, due in waiting}
    counts = Counter(found.values())
    for level in ("waiting", "soon", "late"):
        UNANSWERED.labels(urgency=level).set(counts[level])
    if pressing := [str(order_id) for order_id, level in found.items() if level != "waiting"]:
        log.warning("orders_unanswered", late=counts["late"], soon=counts["soon"], order_ids=pressing[:50])
