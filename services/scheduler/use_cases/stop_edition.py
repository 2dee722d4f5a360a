"""Stop an edition for ever: nothing more of it leaves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders, savings, stopping, tallies, turns
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.deliveries import DeliveryState, stopped_because
from services.scheduler.domain.editions import EditionInput, after
from services.scheduler.domain.exclusions import Reason
from services.scheduler.use_cases.take_back import take_back
from shared.clock import Clock
from shared.contracts import sender
from shared.contracts.scheduler import EditionStopped
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class StopEdition:
    """Concludes what was not handed over, and tells the sender to conclude what it has not begun.

    What contact pressure moved out of the edition is stopped as well: it does not leave another Wednesday.
    """

    database: Database
    outbox: Outbox
    clock: Clock

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then; raise UnknownEdition or EditionRefuses."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await turns.alone(conn, edition_id)
            after(edition.state, EditionInput.STOP)
            placed = [o for o in await orders.on_edition(conn, edition.edition_no) if not o.withdrawn]
            await take_back(conn, edition.edition_no, None, Reason.STOPPED, now)
            await editions.move(conn, edition, EditionInput.STOP, now)
            sequence = await editions.note_decision(conn, edition, "stop", by, reason, now)
            await self._conclude(conn, edition, reason, now)
            if edition.releasing_at is not None:
                command = sender.StopEdition(edition_id=edition_id, sequence=sequence, reason=reason)
                await self.outbox.add(conn, command, correlation_id=edition_id)
            await self._tell(conn, edition, placed, reason)
            return await editions.by_no(conn, edition.edition_no)

    async def _conclude(self, conn: AsyncConnection, edition: Edition, reason: str, now: datetime) -> None:
        stopped = await stopping.conclude(conn, edition.edition_no, stopped_because(reason), now)
        moved = {DeliveryState.PLANNED: -stopped, DeliveryState.SUPPRESSED: stopped}
        await tallies.count(conn, edition.edition_no, moved, now)
        await savings.forget(conn, edition.edition_no)

    async def _tell(
        self, conn: AsyncConnection, edition: Edition, placed: list[PlacedOrder], reason: str
    ) -> None:
        told = EditionStopped(
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            reason=reason,
            left=edition.releasing_at is not None,
            order_ids=tuple(o.order_id for o in placed if o.carried_from is None),
            carried_order_ids=tuple(o.order_id for o in placed if o.carried_from is not None),
        )
        await self.outbox.add(conn, told, correlation_id=edition.edition_id)
