"""Count what merging spared, order by order, when an edition has left: nobody waits for it (A6)."""

from dataclasses import dataclass

from services.scheduler.adapters import savings
from shared.persistence.database import Database


@dataclass(frozen=True)
class CountSavings:
    """Counts one edition in one transaction, under the edition's lock."""

    database: Database

    async def __call__(self) -> None:
        while await self._count_one():
            pass

    async def _count_one(self) -> bool:
        async with self.database.begin() as conn:
            edition_no = await savings.uncounted(conn)
            if edition_no is None:
                return False
            await savings.count(conn, edition_no)
            return True
