"""Begin to hand over an edition whose Wednesday morning has come: its texts first."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders, planned_mails
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.editions import EditionInput, slept_through, window
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.carry_over import CarryOver
from services.scheduler.use_cases.withhold_mails import withhold_all
from shared.clock import Clock
from shared.contracts.sender import DELIVER_BATCH, PrepareEdition, Section
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class ReleaseDue:
    """Starts the release of what is due, one edition in one transaction, under the edition's lock.

    One that all processes have slept through gets an undo window first: nobody could use its own.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    park_after: timedelta
    plan: WeekPlan
    capacity: int = 0

    async def __call__(self) -> None:
        while await self._release_one():
            pass

    async def _release_one(self) -> bool:
        async with self.database.begin() as conn:
            edition = await self._due(conn)
            if edition is None:
                return False
            now = self.clock.now()
            if slept_through(edition.release_at, now, self.plan.undo):
                undo_at, release_at = window(edition.release_at, now, self.plan.undo)
                await editions.retime(conn, edition, edition.freeze_at, undo_at, release_at, now)
            else:
                await self.release(conn, edition)
            return True

    async def _due(self, conn: AsyncConnection) -> Edition | None:
        now = self.clock.now()
        return await editions.due_to_release(conn, now, self.plan.missed_before(now, self.park_after))

    async def release(self, conn: AsyncConnection, edition: Edition) -> None:
        """Hold back what must no longer be sent, divide the rest into batches, and send the texts."""
        now = self.clock.now()
        placed = [o for o in await orders.on_edition(conn, edition.edition_no) if o.position is not None]
        await withhold_all(conn, edition, now)
        batches = await planned_mails.divide(conn, edition.edition_no, DELIVER_BATCH)
        await editions.move(conn, edition, EditionInput.RELEASE, now)
        await CarryOver(self.plan, self.capacity)(conn, edition, now)
        if batches:
            texts = await orders.texts_of(conn, [order.order_no for order in placed])
            sections = tuple(_section(order, texts) for order in placed)
            prepare = PrepareEdition(
                edition_id=edition.edition_id,
                wednesday=edition.wednesday,
                sections=sections,
                mails=await planned_mails.in_batches(conn, edition.edition_no),
                batches=batches,
            )
            await self.outbox.add(conn, prepare, correlation_id=edition.edition_id)


def _section(order: PlacedOrder, texts: orders.Texts) -> Section:
    assert order.position is not None
    return Section(
        position=order.position,
        order_id=order.order_id,
        unit_id=order.unit_id,
        unit_name=order.unit_name,
        order_class=order.order_class,
        title=order.title,
        texts=texts[order.order_id],
    )
