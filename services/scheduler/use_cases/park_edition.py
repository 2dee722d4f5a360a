"""Park an edition whose Wednesday passed without it: a person decides, it is never sent late by itself."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.scheduler.adapters import editions
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ParkMissed:
    """Parks what was neither frozen nor released in time. Runs before those two."""

    database: Database
    clock: Clock
    plan: WeekPlan
    park_after: timedelta

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.database.begin() as conn:
            for state in (EditionState.OPEN, EditionState.FROZEN, EditionState.HELD):
                leaves = now + self.plan.undo if state is EditionState.OPEN else now
                missed = self.plan.missed_before(leaves, self.park_after)
                for known in await editions.in_state(conn, state):
                    if known.release_at >= missed:
                        continue
                    edition = await editions.by_id(conn, known.edition_id, lock=True)
                    if edition is not None and edition.state is state:
                        await editions.move(conn, edition, EditionInput.MISS, now)
                        log.error("edition_parked", wednesday=str(edition.wednesday))
