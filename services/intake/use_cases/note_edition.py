"""Note what became of a Wednesday: frozen, released, completed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import orders
from services.intake.domain.orders import Order, note
from services.intake.domain.states import Input
from services.intake.use_cases.note_schedule import SCHEDULER
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderFigures
from shared.messaging.consuming import Received

log = structlog.get_logger(__name__)


async def note_freeze(conn: AsyncConnection, received: Received[EditionFrozen]) -> None:
    """The recipients are decided: each order gets its figures, also if its release was noted before."""
    frozen = received.data
    figures = {item.order_id: item for item in frozen.orders}
    for order in await known_orders(conn, figures):
        noted = _with_figures(note(order, Input.FREEZE), figures[order.order_id])
        noted = on(noted, frozen.edition_id, frozen.wednesday)
        await keep(conn, order, noted, Input.FREEZE, received.now)


async def note_release(conn: AsyncConnection, received: Received[EditionReleased]) -> None:
    """The mails are handed to the sender."""
    said = received.data
    for order in await known_orders(conn, said.order_ids):
        noted = on(note(order, Input.RELEASE), said.edition_id, said.wednesday)
        await keep(conn, order, noted, Input.RELEASE, received.now)


async def note_completion(conn: AsyncConnection, received: Received[EditionCompleted]) -> None:
    """Every mail has its outcome."""
    said = received.data
    for order in await known_orders(conn, said.order_ids):
        noted = on(note(order, Input.COMPLETE), said.edition_id, said.wednesday)
        await keep(conn, order, noted, Input.COMPLETE, received.now)


async def known_orders(conn: AsyncConnection, order_ids: Iterable[UUID]) -> list[Order]:
    """Return the orders that a report names, locked."""
    wanted = list(order_ids)
    found = await orders.find_all_locked(conn, wanted)
    if missing := [str(order_id) for order_id in wanted if order_id not in found]:
        log.error("unknown_orders_in_edition", order_ids=missing)
    return list(found.values())


def _with_figures(order: Order, figures: OrderFigures) -> Order:
    return replace(order, recipients=figures.recipients, excluded=dict(figures.excluded))


def on(order: Order, edition_id: UUID, wednesday: date) -> Order:
    """The edition that holds the order, where its state says that one does."""
    if not order.known_to_scheduler:
        return order
    return replace(order, edition_id=edition_id, wednesday=wednesday)


async def keep(conn: AsyncConnection, before: Order, after: Order, given: Input, now: datetime) -> None:
    """Store an order if a report changed it."""
    if after != before:
        await orders.save(conn, after)
    if after.state != before.state:
        await orders.remember(conn, after, given, now, SCHEDULER)
