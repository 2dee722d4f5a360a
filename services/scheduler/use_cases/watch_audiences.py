"""Look how the audiences of orders move between acceptance and Wednesday, and warn once of a large move."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, estimates, foresight, previews
from services.scheduler.adapters.estimates import Watched
from services.scheduler.domain.people_sets import Movement, movement, pack
from services.scheduler.domain.wednesdays import WeekPlan
from shared.clock import Clock
from shared.contracts.scheduler import AudienceMoved
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WatchAudiences:
    """Looks at one order in each transaction: at a new one at once, at the others ``every`` so often and once
    more shortly before the freeze.

    Each is estimated alone, as of its Wednesday. ``percent``: who joined and left since the first look, in
    percent of those then, above which the desk is warned.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan
    every: timedelta
    percent: int

    async def __call__(self) -> None:
        while await self._look_at_one():
            pass

    async def _look_at_one(self) -> bool:
        now = self.clock.now()
        async with self.database.begin() as conn:
            order = await estimates.due(conn, now, now - self.every)
            if order is None:
                return False
            edition = await editions.by_id(conn, order.edition_id)
            assert edition is not None
            seen = await foresight.foresee_order(conn, order.order_no, self.plan.day_of(edition.release_at))
            people = pack(seen.people)
            if order.people is None:
                await estimates.note_first(conn, order.order_no, len(seen.people), people, now)
            else:
                await self._compare(conn, order, movement(order.people, people))
            return True

    async def _compare(self, conn: AsyncConnection, order: Watched, moved: Movement) -> None:
        now = self.clock.now()
        warn = order.warned_at is None and moved.percent > self.percent
        await estimates.note_again(conn, order.order_no, moved, now, now if warn else None)
        if warn:
            log.warning("audience_moved", order_id=str(order.order_id), percent=round(moved.percent))
            warning = AudienceMoved(
                order_id=order.order_id,
                edition_id=order.edition_id,
                accepted_at=order.accepted_at,
                accepted=moved.before,
                recipients=moved.before + moved.joined - moved.left,
                joined=moved.joined,
                left=moved.left,
            )
            await self.outbox.add(conn, warning, correlation_id=order.order_id)


@dataclass(frozen=True)
class ForgetPreviews:
    """Forgets who was in previews and estimates of editions that have left (F5)."""

    database: Database

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await previews.forget_people(conn)
