"""Let a parked or paused edition go after all, because a person says so."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, turns
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState, after, window
from services.scheduler.domain.late_editions import agreed
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.contracts import sender
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

PROPOSED = "propose resume"
"""Said by the first of two people, in the log of decisions."""


@dataclass(frozen=True)
class ResumeEdition:
    """What was paused goes on as decided, what was missed is frozen anew at once.

    Whatever has not left does so after a whole undo window at the earliest; on another day than its own only
    when two people say so (A2).
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then: still parked if another person must say the same.

        Raise UnknownEdition, EditionRefuses or ExtraRefused.
        """
        async with self.database.begin() as conn:
            edition = await turns.alone(conn, edition_id)
            state = after(edition.state, EditionInput.RESUME)
            if state is EditionState.RELEASING:
                sequence = await self._resume(conn, edition, by, reason)
                command = sender.ResumeEdition(edition_id=edition_id, sequence=sequence)
                await self.outbox.add(conn, command, correlation_id=edition_id)
            else:
                await self._let_go(conn, edition, by, reason, state)
            return await editions.by_no(conn, edition.edition_no)

    async def _resume(self, conn: AsyncConnection, edition: Edition, by: str, reason: str) -> int:
        now = self.clock.now()
        await editions.move(conn, edition, EditionInput.RESUME, now)
        return await editions.note_decision(conn, edition, "resume", by, reason, now)

    async def _let_go(
        self, conn: AsyncConnection, edition: Edition, by: str, reason: str, state: EditionState
    ) -> None:
        now = self.clock.now()
        undo_at, release_at = window(edition.release_at, now, self.plan.undo)
        day = self.plan.day_of(release_at)
        since = edition.parked_at or edition.paused_at or now
        proposers = [
            each.by
            for each in await editions.decisions(conn, edition)
            if each.decision == PROPOSED
            and each.at >= since
            and self.plan.day_of(each.at) == self.plan.day_of(now)
        ]
        closed = self.plan.is_closed(day)
        if agreed(edition.wednesday, day, by, proposers, closed=closed) == "first":
            await editions.note_decision(conn, edition, PROPOSED, by, reason, now)
            return
        await self._resume(conn, edition, by, reason)
        freeze_at = now if state is EditionState.OPEN else edition.freeze_at
        await editions.retime(conn, edition, freeze_at, undo_at, release_at, now)
