"""An extra edition outside of Wednesdays: proposed by one person, confirmed by another (A2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, extra_editions, moving, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.extra_editions import Extra
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain import extra_editions as rules
from services.scheduler.domain.extra_editions import ExtraRefused
from services.scheduler.domain.notes import extra as extra_note
from services.scheduler.domain.notes import with_warning
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.tell_orders import tell_orders
from shared.clock import Clock
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


class UnknownExtra(LookupError):
    """There is no such proposal."""


@dataclass(frozen=True)
class ExtraEditions:
    """Each raises ExtraRefused with a sentence where A2 stands against it."""

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan

    async def propose(
        self, day: date, release_time: time | None, order_ids: Sequence[UUID], reason: str, by: str
    ) -> Extra:
        """Keep a proposal for a day and local time. Nothing moves until somebody else confirms it."""
        now = self.clock.now()
        release_at = self.plan.local(day, release_time or self.plan.release_time)
        rules.may_be_proposed(day, release_at, reason, now, self.plan)
        async with self.database.begin() as conn:
            await self._all_waiting(conn, order_ids)
            return await extra_editions.propose(conn, day, release_at, order_ids, reason.strip(), by, now)

    async def confirm(self, extra_id: UUID, by: str) -> Edition:
        """Make the edition, bring its orders there and tell their orderers."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            proposed = await _pending(conn, extra_id)
            rules.may_be_confirmed(proposed.proposed_by, by, proposed.release_at, now, self.plan)
            await extra_editions.confirm(conn, proposed, by, now)
            edition = await self._opened(conn, proposed, now)
            reason = proposed.reason
            await editions.note_decision(
                conn, edition, "propose extra", proposed.proposed_by, reason, proposed.proposed_at
            )
            await editions.note_decision(conn, edition, "confirm extra", by, reason, now)
            return edition

    async def withdraw(self, extra_id: UUID, by: str) -> Extra:
        """Take a proposal back, one's own or another's: from now nobody can confirm it."""
        async with self.database.begin() as conn:
            proposed = await _pending(conn, extra_id)
            await extra_editions.withdraw(conn, proposed, by, self.clock.now())
            withdrawn = await extra_editions.by_id(conn, extra_id)
            assert withdrawn is not None
            return withdrawn

    async def _opened(self, conn: AsyncConnection, proposed: Extra, now: datetime) -> Edition:
        sources = await self._all_waiting(conn, proposed.order_ids)
        undo_at = proposed.release_at - self.plan.undo
        edition = await extra_editions.open_edition(conn, proposed, undo_at, now)
        if edition is None:
            raise ExtraRefused(rules.TAKEN)
        note = with_warning(extra_note(proposed.reason), self.plan, proposed.day)
        for source in sources:
            theirs = [o.order_no for o in await _waiting(conn, source) if o.order_id in proposed.order_ids]
            await moving.move_orders(conn, source, edition, note, now, theirs)
        await tell_orders(conn, self.outbox, edition)
        return edition

    async def _all_waiting(self, conn: AsyncConnection, order_ids: Sequence[UUID]) -> list[Edition]:
        """Return the open editions that hold the orders, locked; refuse if one is on none."""
        sources = await extra_editions.holders(conn, order_ids)
        there = {order.order_id for source in sources for order in await _waiting(conn, source)}
        for order_id in order_ids:
            if order_id not in there:
                raise ExtraRefused(rules.NOT_WAITING.format(order_id=order_id))
        return sources


async def _waiting(conn: AsyncConnection, edition: Edition) -> list[PlacedOrder]:
    """Return the orders of an edition of which nothing has left yet."""
    placed = await orders.on_edition(conn, edition.edition_no)
    return [order for order in placed if not order.withdrawn and order.carried_from is None]


async def _pending(conn: AsyncConnection, extra_id: UUID) -> Extra:
    """Return a proposal, locked, that is neither confirmed nor withdrawn."""
    proposed = await extra_editions.by_id(conn, extra_id)
    if proposed is None:
        raise UnknownExtra(extra_id)
    if proposed.confirmed_at is not None:
        raise ExtraRefused(rules.CONFIRMED)
    if proposed.withdrawn_at is not None:
        raise ExtraRefused(rules.WITHDRAWN)
    return proposed
