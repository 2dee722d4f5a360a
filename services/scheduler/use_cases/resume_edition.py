"""Let a parked or paused edition go after all, because a person says so."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import editions
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState, window
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.contracts import sender
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class ResumeEdition:
    """What was paused goes on as decided, what was missed is frozen anew at once.

    Whatever has not left does so after a whole undo window at the earliest.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then; raise UnknownEdition or EditionRefuses."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await editions.locked(conn, edition_id)
            state = await editions.move(conn, edition, EditionInput.RESUME, now)
            sequence = await editions.note_decision(conn, edition, "resume", by, reason, now)
            if state is EditionState.RELEASING:
                command = sender.ResumeEdition(edition_id=edition_id, sequence=sequence)
                await self.outbox.add(conn, command, correlation_id=edition_id)
            else:
                freeze_at = now if state is EditionState.OPEN else edition.freeze_at
                undo_at, release_at = window(edition.release_at, now, self.plan.undo)
                await editions.retime(conn, edition, freeze_at, undo_at, release_at, now)
            return await editions.by_no(conn, edition.edition_no)
