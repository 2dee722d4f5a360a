"""Send batches again that the sender has not answered. Its ledger knows what it has already.

Nothing is taken out of their mails: they may have left. What is refused by now the sender leaves out itself.
"""

from dataclasses import dataclass
from datetime import timedelta

from services.scheduler.adapters import editions, planned_mails
from services.scheduler.use_cases.send_batches import SendBatches
from shared.clock import Clock
from shared.contracts.sender import DeliverBatch
from shared.persistence.database import Database


@dataclass(frozen=True)
class ResendBatches:
    """Sends one unanswered batch in each transaction, until there is none."""

    database: Database
    clock: Clock
    send: SendBatches
    after: timedelta

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            if await self.send.outbox.holds(conn, DeliverBatch.TYPE):
                return  # the bus is away or behind: what waits here was not missed
        while await self._resend_one():
            pass

    async def _resend_one(self) -> bool:
        async with self.database.begin() as conn:
            now, deadline = self.clock.now(), self.send.deadline
            missed = deadline.plan.missed_before(now, deadline.park_after)
            batches = await planned_mails.unanswered(conn, now - self.after, missed, limit=1)
            for batch in batches:
                edition = await editions.by_no(conn, batch.edition_no)
                await self.send(conn, edition, [batch])
        return bool(batches)
