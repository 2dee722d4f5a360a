"""Let a parked or paused edition go after all, because a person says so."""

from dataclasses import dataclass
from datetime import datetime
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

    What has not begun to leave does so after a whole undo window at the earliest. On another day than its own
    anything goes only when two people say so (A2).
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then: as it was if another person must say the same.

        Raise UnknownEdition, EditionRefuses or ExtraRefused.
        """
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await turns.alone(conn, edition_id)
            state = after(edition.state, EditionInput.RESUME)
            on_its_way = state is EditionState.RELEASING
            undo_at, release_at = window(edition.release_at, now, self.plan.undo)
            if not await self._agreed(conn, edition, by, now if on_its_way else release_at):
                await editions.note_decision(conn, edition, PROPOSED, by, reason, now)
                return edition
            await editions.move(conn, edition, EditionInput.RESUME, now)
            sequence = await editions.note_decision(conn, edition, "resume", by, reason, now)
            if on_its_way:
                command = sender.ResumeEdition(edition_id=edition_id, sequence=sequence)
                await self.outbox.add(conn, command, correlation_id=edition_id)
            else:
                freeze_at = now if state is EditionState.OPEN else edition.freeze_at
                await editions.retime(conn, edition, freeze_at, undo_at, release_at, now)
            return await editions.by_no(conn, edition.edition_no)

    async def _agreed(self, conn: AsyncConnection, edition: Edition, by: str, leaves: datetime) -> bool:
        """Whether as many people say so as it takes."""
        today = self.plan.day_of(self.clock.now())
        since = edition.parked_at or edition.paused_at or leaves
        proposers = [
            each.by
            for each in await editions.decisions(conn, edition)
            if each.decision == PROPOSED and each.at >= since and self.plan.day_of(each.at) == today
        ]
        day = self.plan.day_of(leaves)
        closed = self.plan.is_closed(day)
        return agreed(edition.wednesday, day, by, proposers, closed=closed) != "first"
