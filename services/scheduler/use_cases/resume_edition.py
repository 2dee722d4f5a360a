"""Let a parked edition go after all, because a person says so."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import editions
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.persistence.database import Database


class UnknownEdition(LookupError):
    """There is no such edition."""


@dataclass(frozen=True)
class ResumeEdition:
    """Opens a parked edition again: it is frozen anew at once and leaves after the undo window."""

    database: Database
    clock: Clock
    plan: WeekPlan

    async def __call__(self, edition_id: UUID, by: str, reason: str) -> Edition:
        """Return the edition as it is then; raise UnknownEdition or EditionRefuses."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await editions.by_id(conn, edition_id, lock=True)
            if edition is None:
                raise UnknownEdition(edition_id)
            await editions.move(conn, edition, EditionInput.RESUME, now)
            await editions.retime(conn, edition, now, now, now + self.plan.undo)
            await editions.note_decision(conn, edition, "resume", by, reason, now)
            resumed = await editions.by_id(conn, edition_id)
            assert resumed is not None
            assert resumed.state is EditionState.OPEN
            return resumed
