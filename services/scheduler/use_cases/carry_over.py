"""Carry over what was too much for somebody to the next edition that is open and has room (D2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import carrying, editions
from services.scheduler.adapters.carrying import Moved
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.room import Joining, has_room


@dataclass(frozen=True)
class CarryOver:
    """``capacity``: most mails of an edition, 0 for any number."""

    plan: WeekPlan
    capacity: int = 0

    async def __call__(self, conn: AsyncConnection, edition: Edition, now: datetime) -> None:
        """Let later editions carry what contact pressure moved out of this one, for those people only.

        Said when the edition leaves for certain: until then it may be decided anew. What fits together on one
        Wednesday is judged together: a forecast costs seconds in a large organisation.
        """
        waiting = await carrying.moved_out(conn, edition.edition_no)
        wednesday = edition.wednesday
        while waiting:
            wednesday = self.plan.wednesday_after(wednesday)
            waiting = await self._left_after(conn, edition, waiting, wednesday, now)

    async def _left_after(
        self,
        conn: AsyncConnection,
        edition: Edition,
        waiting: Sequence[Moved],
        wednesday: date,
        now: datetime,
    ) -> list[Moved]:
        """Return what a Wednesday does not take."""
        if now >= self.plan.undo_at(wednesday):
            return list(waiting)
        later = await editions.opened(conn, wednesday, self.plan, now)
        if later.state is not EditionState.OPEN:
            return list(waiting)
        left = await self._not_taken(conn, edition, waiting, later, now)
        if 1 < len(left) == len(waiting):
            left = [each for each in waiting if await self._not_taken(conn, edition, [each], later, now)]
        return left

    async def _not_taken(
        self,
        conn: AsyncConnection,
        edition: Edition,
        waiting: Sequence[Moved],
        later: Edition,
        now: datetime,
    ) -> list[Moved]:
        joining = [Joining(moved.order_no, edition.edition_no) for moved in waiting]
        if not await has_room(conn, later, self.capacity, joining):
            return list(waiting)
        origin, goal = edition.edition_no, later.edition_no
        return [moved for moved in waiting if not await carrying.carry(conn, moved, origin, goal, now)]
