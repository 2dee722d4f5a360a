"""Pause an edition: nothing more of it leaves until a person resumes it."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import editions, turns
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState
from shared.clock import Clock
from shared.contracts import sender
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class PauseEdition:
    """Holds what has not left, and tells the sender to do the same with what it has."""

    database: Database
    outbox: Outbox
    clock: Clock

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then; raise UnknownEdition or EditionRefuses."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await turns.alone(conn, edition_id)
            state = await editions.move(conn, edition, EditionInput.PAUSE, now)
            sequence = await editions.note_decision(conn, edition, "pause", by, reason, now)
            if state is EditionState.PAUSED:
                command = sender.PauseEdition(edition_id=edition_id, sequence=sequence)
                await self.outbox.add(conn, command, correlation_id=edition_id)
            return await editions.by_no(conn, edition.edition_no)
