"""Decide the recipients of an edition whose cut-off has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, merge, missing_addresses, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.merge import Merged, Queue
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.editions import EditionInput, window
from services.scheduler.domain.sections import section_rank, turns
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.contracts.crm import BATCH
from shared.contracts.scheduler import AddressMissing, EditionFrozen, OrderFigures
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class FreezeDue:
    """Freezes what is due, one edition in one transaction, under the edition's lock."""

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan
    park_after: timedelta
    most_sections: int = 0

    async def __call__(self) -> None:
        while await self._freeze_one():
            pass

    async def _freeze_one(self) -> bool:
        async with self.database.begin() as conn:
            edition = await self._due(conn)
            if edition is None:
                return False
            await self.freeze(conn, edition)
            return True

    async def _due(self, conn: AsyncConnection) -> Edition | None:
        now = self.clock.now()
        missed = self.plan.missed_before(now + self.plan.undo, self.park_after)
        return await editions.due_to_freeze(conn, now, missed)

    async def freeze(self, conn: AsyncConnection, edition: Edition) -> Merged:
        """Decide a locked edition's mails as of the local day on which they leave."""
        now = self.clock.now()
        undo_at, release_at = window(edition.release_at, now, self.plan.undo)
        edition = await editions.retime(conn, edition, edition.freeze_at, undo_at, release_at, now)
        placed, day = await line_up(conn, edition, self.plan, now)
        queue = queue_of(placed, self.most_sections)
        merged = await merge.freeze(conn, edition.edition_no, [o.order_no for o in placed], day, queue)
        await editions.note_size(conn, edition, merged.pairs, merged.mails)
        await editions.move(conn, edition, EditionInput.FREEZE, now)
        await self.outbox.add(conn, _frozen(edition, placed, merged))
        await self._report_addresses(conn, edition)
        return merged

    async def _report_addresses(self, conn: AsyncConnection, edition: Edition) -> None:
        """Tell the CRM who would have been reached had they an address that works (D3)."""
        for people in await missing_addresses.note(conn, edition.edition_no, BATCH):
            missing = AddressMissing(
                edition_id=edition.edition_id, wednesday=edition.wednesday, persons=people
            )
            await self.outbox.add(conn, missing, correlation_id=edition.edition_id)


async def line_up(
    conn: AsyncConnection, edition: Edition, plan: WeekPlan, now: datetime
) -> tuple[list[PlacedOrder], date]:
    """Return an edition's orders in the order of their sections, and the local day on which they leave.

    The same for the freeze and for whoever wants to see before what it will do: one that is late, or parked,
    leaves after the undo window at the earliest.
    """
    placed = [o for o in await orders.on_edition(conn, edition.edition_no) if not o.withdrawn]
    placed.sort(key=lambda o: section_rank(o.ranked))
    return placed, plan.day_of(max(edition.release_at, now + plan.undo))


def queue_of(placed: Sequence[PlacedOrder], most: int) -> Queue:
    """Return who waits if somebody gets more than ``most`` sections of orders in their positions (D2)."""
    return Queue(most, turns([order.ranked for order in placed]), [order.carried_from for order in placed])


def _frozen(edition: Edition, placed: list[PlacedOrder], merged: Merged) -> EditionFrozen:
    return EditionFrozen(
        edition_id=edition.edition_id,
        wednesday=edition.wednesday,
        pairs=merged.pairs,
        mails=merged.mails,
        orders=tuple(
            OrderFigures(
                order_id=order.order_id,
                recipients=merged.recipients[order.order_no],
                excluded=merged.excluded.get(order.order_no, {}),
            )
            for order in placed
            if order.carried_from is None
        ),
    )
