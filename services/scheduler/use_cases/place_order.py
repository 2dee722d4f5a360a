"""Put an accepted order on its Wednesday (A2, A3)."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from shared.contracts.intake import OrderAccepted
from shared.contracts.scheduler import OrderScheduled
from shared.messaging.consuming import Received
from shared.messaging.outbox import Outbox

LATE = "Onsdagens utskick var redan låst när beställningen kom; den går med nästa."


@dataclass(frozen=True)
class PlaceOrder:
    """Puts an order on the Wednesday that the rules give, or the next one that still takes orders."""

    plan: WeekPlan
    outbox: Outbox

    async def __call__(self, conn: AsyncConnection, received: Received[OrderAccepted]) -> None:
        order = received.data
        if await orders.is_withdrawn(conn, order.order_id):
            return
        order_no = await orders.add(conn, order)
        if order_no is None:
            edition = await orders.edition_of(conn, order.order_id)
        else:
            edition = await self._place(conn, received)
            await orders.join(conn, edition.edition_no, order_no)
        if edition is not None:
            await self._answer(conn, received, edition)

    async def _place(self, conn: AsyncConnection, received: Received[OrderAccepted]) -> Edition:
        order = received.data
        wednesday = self.plan.wednesday_for(order.completed_at, order.not_before)
        while True:
            if received.now < self.plan.undo_at(wednesday):
                edition = await editions.opened(conn, wednesday, self.plan)
                if edition.state is EditionState.OPEN:
                    return edition
            wednesday = self.plan.next_after(wednesday)

    async def _answer(
        self, conn: AsyncConnection, received: Received[OrderAccepted], edition: Edition
    ) -> None:
        due = self.plan.wednesday_for(received.data.completed_at, received.data.not_before)
        answer = OrderScheduled(
            order_id=received.data.order_id,
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            send_at=edition.release_at,
            note=LATE if edition.wednesday > due else "",
        )
        await self.outbox.add(
            conn, answer, correlation_id=received.correlation_id, causation_id=received.message_id
        )
