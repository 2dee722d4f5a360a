"""Tell the orderers of an edition's orders, through intake, when they leave and why then."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders
from services.scheduler.adapters.editions import Edition
from shared.contracts.scheduler import OrderScheduled
from shared.messaging.outbox import Outbox


async def tell_orders(
    conn: AsyncConnection,
    outbox: Outbox,
    edition: Edition,
    order_nos: Collection[int] | None = None,
) -> None:
    """Say of the orders of an edition, or of these, that it is now their own.

    Not of one that has left and is here only for people who had to wait (D2): it keeps its Wednesday.
    """
    for order in await orders.on_edition(conn, edition.edition_no):
        if order.carried_from is not None or order.withdrawn:
            continue
        if order_nos is not None and order.order_no not in order_nos:
            continue
        scheduled = OrderScheduled(
            order_id=order.order_id,
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            send_at=edition.release_at,
            note=await orders.note_of(conn, edition.edition_no, order.order_id),
        )
        await outbox.add(conn, scheduled, correlation_id=edition.edition_id)
