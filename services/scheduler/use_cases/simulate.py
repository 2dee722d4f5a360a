"""Simulate a Wednesday from any set of orders, known ones and drafts. Nothing of it stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import audiences, orders
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.previews import Figures
from services.scheduler.domain.sections import section_rank
from services.scheduler.domain.unheard import sentence
from services.scheduler.use_cases.foresee import Foresee
from shared.contracts.intake import OrderAccepted
from shared.persistence.database import Database


class UnknownOrders(LookupError):
    """Some of the orders named are not known here. Says which."""


class UnheardNames(LookupError):
    """A draft names what nobody has heard of. Says what, in sentences."""


@dataclass(frozen=True)
class Simulate:
    """Runs the merge itself over the orders, in a transaction that is always rolled back."""

    database: Database
    foresee: Foresee

    async def __call__(
        self, day: date, order_ids: Sequence[UUID], drafts: Sequence[OrderAccepted]
    ) -> Figures:
        """Return the figures of the orders together on a day; raise UnknownOrders, UnheardNames."""
        async with self.database.engine.connect() as conn:
            known = await orders.named(conn, order_ids)
            if missing := sorted(set(order_ids) - {order.order_id for order in known}):
                raise UnknownOrders(", ".join(map(str, missing)))
            await _all_heard_of(conn, drafts)
            for draft in drafts:
                await orders.add(conn, draft)
            together = [*known, *await orders.named(conn, [draft.order_id for draft in drafts])]
            figures, _ = await self.foresee(conn, _in_order(together), day)
            await conn.rollback()
        return figures


async def _all_heard_of(conn: AsyncConnection, drafts: Sequence[OrderAccepted]) -> None:
    sentences = [
        f"{draft.title}: {sentence(what, name)}"
        for draft in drafts
        for what, name in await audiences.unheard_of(conn, draft.unit_id, draft.audience)
    ]
    if sentences:
        raise UnheardNames(" ".join(sentences))


def _in_order(found: Sequence[PlacedOrder]) -> list[PlacedOrder]:
    return sorted(found, key=lambda o: section_rank(o.ranked))
