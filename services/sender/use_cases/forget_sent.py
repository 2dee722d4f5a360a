"""Forget to whom mails and texts went once nobody needs to know any more (F5). A sweeper."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.sender.adapters import forgetting
from services.sender.adapters.texts import forgetting as texts
from shared.clock import Clock
from shared.persistence.database import Database

AT_ONCE = 5000


@dataclass(frozen=True)
class ForgetSent:
    """``keep``: how long after a mail or a text was asked for. What is still open is kept until it is not."""

    database: Database
    clock: Clock
    keep: timedelta

    async def __call__(self) -> None:
        before = self.clock.now() - self.keep
        while await self._letters(before) == AT_ONCE:
            pass
        while await self._texts(before) == AT_ONCE:
            pass
        async with self.database.begin() as conn:
            old = await forgetting.old_editions(conn, before.date())
        for edition_id in old:
            while await self._mails(edition_id) == AT_ONCE:
                pass

    async def _letters(self, before: datetime) -> int:
        async with self.database.begin() as conn:
            found = await forgetting.old_letters(conn, before, AT_ONCE)
            await forgetting.blank(conn, found)
        return len(found)

    async def _texts(self, before: datetime) -> int:
        async with self.database.begin() as conn:
            found = await texts.old(conn, before, AT_ONCE)
            await texts.blank(conn, found)
        return len(found)

    async def _mails(self, edition_id: UUID) -> int:
        async with self.database.begin() as conn:
            found = await forgetting.of_edition(conn, edition_id, AT_ONCE)
            await forgetting.blank(conn, found)
            await forgetting.close_edition(conn, edition_id, self.clock.now())
        return len(found)
