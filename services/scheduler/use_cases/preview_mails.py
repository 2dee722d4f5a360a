"""Show a Wednesday's mails by name, before they are decided."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import foresight
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.foresight import Lineup, NamedMail
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.foresee import Foresee
from services.scheduler.use_cases.freeze_edition import line_up
from services.scheduler.use_cases.preview_edition import to_preview
from shared.clock import Clock
from shared.persistence.database import Database


@dataclass(frozen=True)
class Programme:
    """What goes with an edition: the orders by position."""

    edition: Edition
    orders: Mapping[int, PlacedOrder]
    lineup: Lineup


@dataclass(frozen=True)
class PreviewMails:
    """Reads mails as they would be at this moment."""

    database: Database
    clock: Clock
    plan: WeekPlan
    foresee: Foresee

    async def programme(self, edition_id: UUID | None) -> Programme:
        """Return what goes with an edition, the coming one if None is named.

        Raise NothingToPreview or AlreadyDecided.
        """
        async with self.database.begin() as conn:
            edition = await to_preview(conn, edition_id)
            placed, day = await line_up(conn, edition, self.plan, self.clock.now())
        lineup = self.foresee.lineup(placed, day)
        return Programme(edition, dict(enumerate(placed, start=1)), lineup)

    async def page(self, lineup: Lineup, *, after: int, limit: int) -> tuple[list[NamedMail], int | None]:
        """Return some mails, and where the next page begins; some pages are shorter than ``limit``."""
        async with self.database.begin() as conn:
            return await foresight.some_mails(conn, lineup, after=after, limit=limit)

    async def all(self, lineup: Lineup) -> AsyncIterator[NamedMail]:
        """Yield all of them, of one moment."""
        async with self.database.begin() as conn:
            async for mail in foresight.all_mails(conn, lineup):
                yield mail
