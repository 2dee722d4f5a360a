"""Move editions off Wednesdays that have become closed days, and tell everyone concerned."""

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, merge, moving, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.domain.notes import moved, with_warning
from services.scheduler.domain.sections import section_rank
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.room import Joining, has_room
from services.scheduler.use_cases.tell_orders import tell_orders
from shared.clock import Clock
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

log = structlog.get_logger(__name__)
CALENDAR = "calendar"
"""Who moved an edition, in the log of decisions: no person did."""


@dataclass(frozen=True)
class MoveClosed:
    """A sweeper: one edition in one transaction, under its lock.

    The edition moves with its identifier; where the next open Wednesday has one already, its orders join that
    and it is dissolved. What was frozen is opened, to be decided anew at the new cut-off. ``capacity``: most
    mails of an edition, 0 for any number: what does not fit joins a later one.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan
    capacity: int = 0

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            known = await moving.not_left(conn, self.clock.now())
        for edition in known:
            if self._has_closed(edition):
                await self._move(edition)

    def _has_closed(self, edition: Edition) -> bool:
        """Whether its day has. What people let go on another day keeps that one."""
        day = edition.wednesday
        return self.plan.is_closed(day) and self.plan.day_of(edition.release_at) == day

    async def _move(self, known: Edition) -> None:
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await moving.still_there(conn, known)
            if edition is None or not self._has_closed(edition):
                return
            edition = await self._opened(conn, edition, now)
            wednesday, there = await self._next(conn, edition.wednesday)
            note = moved(edition.wednesday, wednesday)
            if there is None:
                told = with_warning(note, self.plan, wednesday)
                await self._move_day(conn, edition, wednesday, told, now)
                await tell_orders(conn, self.outbox, await editions.by_no(conn, edition.edition_no))
            else:
                await self._join(conn, edition, there, now)
                await editions.move(conn, edition, EditionInput.DISSOLVE, now)
            await editions.note_decision(conn, edition, "move", CALENDAR, note, now)
        log.warning("edition_moved", closed=str(known.wednesday), wednesday=str(wednesday))

    async def _join(self, conn: AsyncConnection, edition: Edition, there: Edition, now: datetime) -> None:
        """Bring the orders to an edition that is there already, and what has no room there to later ones."""
        placed = await orders.on_edition(conn, edition.edition_no)
        together = [Joining(o.order_no, o.carried_from) for o in placed if not o.withdrawn]
        if await has_room(conn, there, self.capacity, together):
            await self._bring(conn, edition, there, [order.order_no for order in placed], now)
            return
        for order in sorted(placed, key=lambda o: section_rank(o.ranked)):
            goal = there
            while not await self._takes(conn, goal, order):
                wednesday, free = await self._next(conn, goal.wednesday)
                goal = free or await editions.opened(conn, wednesday, self.plan, now)
            await self._bring(conn, edition, goal, [order.order_no], now)

    async def _takes(self, conn: AsyncConnection, goal: Edition, order: PlacedOrder) -> bool:
        if order.withdrawn or order.ranked.always_goes:
            return True
        return await has_room(conn, goal, self.capacity, [Joining(order.order_no, order.carried_from)])

    async def _bring(
        self, conn: AsyncConnection, edition: Edition, goal: Edition, order_nos: list[int], now: datetime
    ) -> None:
        note = moved(edition.wednesday, goal.wednesday)
        told = with_warning(note, self.plan, goal.wednesday)
        await moving.move_orders(conn, edition, goal, told, now, order_nos)
        await tell_orders(conn, self.outbox, goal, order_nos)

    async def _opened(self, conn: AsyncConnection, edition: Edition, now: datetime) -> Edition:
        if edition.state is EditionState.OPEN:
            return edition
        await editions.move(conn, edition, EditionInput.REOPEN, now)
        await merge.discard(conn, edition.edition_no)
        await editions.note_size(conn, edition, 0, 0)
        return await editions.by_no(conn, edition.edition_no)

    async def _next(self, conn: AsyncConnection, closed: date) -> tuple[date, Edition | None]:
        """Return the next open Wednesday that is free or takes orders, and its edition."""
        wednesday = self.plan.next_after(closed)
        while True:
            edition = await moving.on_day(conn, wednesday)
            if edition is None or edition.state is EditionState.OPEN:
                return wednesday, edition
            wednesday = self.plan.next_after(wednesday)

    async def _move_day(
        self, conn: AsyncConnection, edition: Edition, wednesday: date, note: str, now: datetime
    ) -> None:
        plan = self.plan
        moments = (plan.freeze_at(wednesday), plan.undo_at(wednesday), plan.release_at(wednesday))
        await moving.move_day(conn, edition, wednesday, moments, note, now)
