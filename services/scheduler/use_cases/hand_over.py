"""Hand the batches of a releasing edition to the sender, a few in each transaction, while its day lasts (A2).

A process killed here leaves each batch either handed over, with its message in the outbox, or waiting.
Several processes hand over different batches at once.
"""

from dataclasses import dataclass

from services.scheduler.adapters import editions, orders, planned_mails, turns
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.use_cases.send_batches import SendBatches
from services.scheduler.use_cases.withhold_mails import withhold_mails
from shared.clock import Clock
from shared.contracts.scheduler import EditionReleased
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

CHUNK = 8
"""Batches in one transaction: at most 2 000 mails in memory."""


@dataclass(frozen=True)
class HandOver:
    """Hands over what waits, and calls an edition released when nothing of it does."""

    database: Database
    outbox: Outbox
    clock: Clock
    send: SendBatches

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            releasing = await editions.in_state(conn, EditionState.RELEASING)
        for edition in releasing:
            while await self._some(edition):
                pass
            await self._release(edition)

    async def _some(self, edition: Edition) -> bool:
        async with self.database.begin() as conn:
            if not await turns.together(conn, edition, EditionState.RELEASING):
                return False
            if self.send.deadline.is_over(EditionState.RELEASING, edition.leaves_since, self.clock.now()):
                return False
            batches = await planned_mails.waiting(conn, edition.edition_no, CHUNK)
            for mailboxes in planned_mails.ranges(batches):
                await withhold_mails(conn, edition, self.clock.now(), mailboxes)
            await self.send(conn, edition, batches)
        return bool(batches)

    async def _release(self, known: Edition) -> None:
        async with self.database.begin() as conn:
            edition = await editions.by_id(conn, known.edition_id, lock=True)
            if edition is None or edition.state is not EditionState.RELEASING:
                return
            if await planned_mails.any_waiting(conn, edition.edition_no):
                return
            await editions.move(conn, edition, EditionInput.HAND_OVER, self.clock.now())
            if edition.released_at is not None:
                return  # paused after it was all handed over: that has been said
            released = EditionReleased(
                edition_id=edition.edition_id,
                wednesday=edition.wednesday,
                mails=await planned_mails.in_batches(conn, edition.edition_no),
                order_ids=tuple(await orders.leaving(conn, edition.edition_no)),
            )
            await self.outbox.add(conn, released, correlation_id=edition.edition_id)
