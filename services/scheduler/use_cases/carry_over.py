"""Carry over what was too much for somebody to the next edition that is open (D2)."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import carrying, editions
from services.scheduler.adapters.carrying import Moved
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.wednesdays import WeekPlan


async def carry_over(conn: AsyncConnection, plan: WeekPlan, edition: Edition, now: datetime) -> None:
    """Let the next open edition carry what contact pressure moved out of this one, for those people only.

    Said when the edition leaves for certain: until then it may be decided anew.
    """
    for moved in await carrying.moved_out(conn, edition.edition_no):
        wednesday = plan.wednesday_after(edition.wednesday)
        while not await _joins(conn, plan, edition, moved, wednesday, now):
            wednesday = plan.wednesday_after(wednesday)


async def _joins(
    conn: AsyncConnection, plan: WeekPlan, edition: Edition, moved: Moved, wednesday: date, now: datetime
) -> bool:
    if now >= plan.undo_at(wednesday):
        return False
    later = await editions.opened(conn, wednesday, plan)
    if later.state is not EditionState.OPEN:
        return False
    return await carrying.carry(conn, moved, edition.edition_no, later.edition_no)
