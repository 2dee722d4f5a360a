"""Tell the orderers of an edition's orders, through intake, when they leave and why then."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders
from services.scheduler.adapters.editions import Edition
from shared.contracts.scheduler import OrderScheduled
from shared.messaging.outbox import Outbox


async def tell_orders(conn: AsyncConnection, outbox: Outbox, edition: Edition, note: str) -> None:
    """Say of each order that carries this note that the edition is now its own."""
    for order in await orders.on_edition(conn, edition.edition_no):
        if order.withdrawn or await orders.note_of(conn, edition.edition_no, order.order_id) != note:
            continue
        scheduled = OrderScheduled(
            order_id=order.order_id,
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            send_at=edition.release_at,
            note=note,
        )
        await outbox.add(conn, scheduled, correlation_id=edition.edition_id)
