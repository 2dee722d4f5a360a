"""Report progress: how far each edition is, every few seconds while it moves, and at its end."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import progress, telling
from services.sender.adapters.telling import Telling
from services.sender.domain.progress import Standing, standing
from shared.clock import Clock
from shared.contracts.sender import EditionProgressed
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

WHILE_IT_MOVES = timedelta(seconds=5)
WHILE_IT_STANDS = timedelta(seconds=15)


@dataclass(frozen=True)
class ReportProgress:
    """A sweeper. Any number of processes may run it: each edition is looked at by one of them at a time."""

    database: Database
    outbox: Outbox
    clock: Clock

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await telling.begin(conn)
        while await self._report_one():
            pass

    async def _report_one(self) -> bool:
        async with self.database.begin() as conn:
            due = await telling.next_due(conn)
            if due is None:
                return False
            await self._look(conn, due)
        return True

    async def _look(self, conn: AsyncConnection, due: Telling) -> None:
        now = self.clock.now()
        seen = await progress.count(conn, due.edition_id, now)
        assert seen is not None
        is_at = standing(seen.counts, now)
        told = _in_short(is_at)
        if told != due.told:
            await self.outbox.add(conn, EditionProgressed(edition_id=due.edition_id, at=now, **asdict(is_at)))
        pause = WHILE_IT_STANDS if told == due.told else WHILE_IT_MOVES
        await telling.note(conn, Telling(due.edition_id, told), ended=not is_at.left, pause=pause)


def _in_short(is_at: Standing) -> str:
    """Return the figures that only change when a mail's state does."""
    counted = (is_at.prepared, is_at.handed_over, is_at.accepted, is_at.deferred, is_at.refused)
    return "/".join(map(str, (*counted, is_at.suppressed, is_at.uncertain, is_at.bounced, is_at.left)))
