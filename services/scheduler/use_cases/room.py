"""Whether an edition takes more orders without more mails than the organisation allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import merge, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.merge import Queue


@dataclass(frozen=True)
class Joining:
    """An order that is to join an edition; ``carried_from`` one for the people moved from there (D2)."""

    order_no: int
    carried_from: int | None = None


async def has_room(
    conn: AsyncConnection, edition: Edition, capacity: int, joining: Sequence[Joining]
) -> bool:
    """Whether orders fit on a locked, open edition; ``capacity`` in mails, 0 for any number.

    An edition without orders takes any: they would fit nowhere. Orders to the same people need the room of
    one (A6), so an edition that is too full already takes what adds no mail.
    """
    placed = [o for o in await orders.on_edition(conn, edition.edition_no) if not o.withdrawn]
    if not capacity or not placed:
        return True
    there = [Joining(order.order_no, order.carried_from) for order in placed]
    mails = await _mails(conn, edition, [*there, *joining])
    return mails <= capacity or mails == await _mails(conn, edition, there)


async def _mails(conn: AsyncConnection, edition: Edition, together: Sequence[Joining]) -> int:
    carried = [each.carried_from for each in together]
    order_nos = [each.order_no for each in together]
    return (await merge.forecast(conn, order_nos, edition.wednesday, Queue(carried_from=carried))).mails
