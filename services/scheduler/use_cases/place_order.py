"""Put an accepted order on its Wednesday (A2, A3)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import audiences, editions, names, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.notes import FULL, LATE, with_sentences, with_warning
from services.scheduler.domain.unheard import NOT_COME, sentence
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.plan_texts import PlanTexts
from services.scheduler.use_cases.room import Joining, has_room
from shared.contracts.intake import OrderAccepted
from shared.contracts.scheduler import OrderScheduled
from shared.messaging.consuming import Received
from shared.messaging.outbox import Outbox


@dataclass(frozen=True)
class PlaceOrder:
    """Puts an order on the Wednesday that the rules give, or the next one that still takes it.

    ``capacity``: most mails of an edition, 0 for any number. What must be known (`duty`) and what follows up
    an earlier order are never moved for lack of room.
    """

    plan: WeekPlan
    outbox: Outbox
    texts: PlanTexts
    capacity: int = 0

    async def __call__(self, conn: AsyncConnection, received: Received[OrderAccepted]) -> None:
        order = received.data
        if await orders.is_withdrawn(conn, order.order_id):
            return
        order_no = await orders.add(conn, order)
        if order.channel == "sms":
            if order_no is not None:
                await self.texts(conn, order_no, received)
            return
        if order_no is None:
            edition = await orders.edition_of(conn, order.order_id)
        else:
            edition, note = await self._place(conn, received, order_no)
            note = with_sentences(note, await _doubts(conn, order))
            await orders.join(conn, edition.edition_no, order_no, note, received.now)
        if edition is not None:
            await self._answer(conn, received, edition)

    async def _place(
        self, conn: AsyncConnection, received: Received[OrderAccepted], order_no: int
    ) -> tuple[Edition, str]:
        """Return the edition, locked, and what is told of it."""
        order = received.data
        wednesday = self.plan.wednesday_for(order.completed_at, order.not_before)
        note = ""
        while True:
            edition = await self._taking_orders(conn, wednesday, received)
            if edition is None:
                note = note or LATE
            elif await self._has_room(conn, edition, order, order_no):
                return edition, with_warning(note, self.plan, edition.wednesday)
            else:
                note = FULL
            wednesday = self.plan.next_after(wednesday)

    async def _taking_orders(
        self, conn: AsyncConnection, wednesday: date, received: Received[OrderAccepted]
    ) -> Edition | None:
        if received.now >= self.plan.undo_at(wednesday):
            return None
        edition = await editions.opened(conn, wednesday, self.plan, received.now)
        return edition if edition.state is EditionState.OPEN else None

    async def _has_room(
        self, conn: AsyncConnection, edition: Edition, order: OrderAccepted, order_no: int
    ) -> bool:
        if order.order_class == "duty" or order.audience.recipients_of:
            return True
        return await has_room(conn, edition, self.capacity, [Joining(order_no)])

    async def _answer(
        self, conn: AsyncConnection, received: Received[OrderAccepted], edition: Edition
    ) -> None:
        answer = OrderScheduled(
            order_id=received.data.order_id,
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            send_at=edition.release_at,
            note=await orders.note_of(conn, edition.edition_no, received.data.order_id),
        )
        await self.outbox.add(
            conn, answer, correlation_id=received.correlation_id, causation_id=received.message_id
        )


async def _doubts(conn: AsyncConnection, order: OrderAccepted) -> list[str]:
    """Return what stands against an audience that intake could not judge: names that nobody bears (A7)."""
    unheard = await audiences.unheard_of(conn, order.unit_id, order.audience)
    if unheard and not await names.count(conn):
        return [NOT_COME]
    return [sentence(what, name) for what, name in unheard]
