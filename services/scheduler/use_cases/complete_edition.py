"""Call an edition completed when every mail has its outcome."""

from dataclasses import dataclass
from datetime import timedelta

from services.scheduler.adapters import editions, orders, tallies
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.deliveries import Tallies, is_settled
from services.scheduler.domain.editions import EditionInput, EditionState
from shared.clock import Clock
from shared.contracts.scheduler import EditionCompleted
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class CompleteEditions:
    """Completes what is settled. Mails held as uncertain are waited for only so long."""

    database: Database
    outbox: Outbox
    clock: Clock
    uncertain_after: timedelta

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            released = await editions.in_state(conn, EditionState.RELEASED)
        for edition in released:
            await self._complete(edition)

    async def _complete(self, known: Edition) -> None:
        async with self.database.begin() as conn:
            if not self._is_settled(await tallies.of_edition(conn, known.edition_no)):
                return
            edition = await editions.by_id(conn, known.edition_id, lock=True)
            if edition is None or edition.state is not EditionState.RELEASED:
                return
            counts = await tallies.of_edition(conn, edition.edition_no)
            await editions.move(conn, edition, EditionInput.SETTLE, self.clock.now())
            completed = EditionCompleted(
                edition_id=edition.edition_id,
                wednesday=edition.wednesday,
                outcomes={state.value: mails for state, (mails, _) in counts.items()},
                order_ids=tuple(await orders.leaving(conn, edition.edition_no)),
            )
            await self.outbox.add(conn, completed, correlation_id=edition.edition_id)

    def _is_settled(self, counts: Tallies) -> bool:
        return is_settled(counts, self.clock.now(), self.uncertain_after)
