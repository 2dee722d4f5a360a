"""Tell the other services which names an audience may use (A7, D5)."""

from dataclasses import dataclass

from services.scheduler.adapters import names
from shared.contracts.scheduler import RegisterNamed
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class TellNames:
    """A sweeper: each name once, however many processes look."""

    database: Database
    outbox: Outbox

    async def __call__(self) -> None:
        while await self._some():
            pass

    async def _some(self) -> bool:
        async with self.database.begin() as conn:
            found = await names.not_told(conn)
            if found:
                told = {what: tuple(each) for what, each in found.items()}
                await self.outbox.add(conn, RegisterNamed.model_validate(told))
            return bool(found)
