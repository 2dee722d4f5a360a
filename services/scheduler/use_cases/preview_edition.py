"""Preview a Wednesday as of that day, and say what changed since the preview before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, estimates, orders, previews
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.estimates import Estimate
from services.scheduler.adapters.frozen_seen import frozen_seen
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.adapters.previews import Preview
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.foresight import people_by_position
from services.scheduler.domain.people_sets import movement, pack
from services.scheduler.domain.previews import Changes, Figures, OrderChange, Seen
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.foresee import Begins, Foresee, unheard
from services.scheduler.use_cases.freeze_edition import line_up
from shared.clock import Clock
from shared.persistence.database import Database

NOBODY = b""
DECIDED = (EditionState.FROZEN, EditionState.HELD)
"""Its mails are decided and have not left: what is shown is what was frozen."""

FREEZE = "freeze"
"""Who made a preview of what was frozen when no person did."""


class NothingToPreview(LookupError):
    """There is no such edition, or none that waits."""


class AlreadyDecided(Exception):
    """The edition's recipients are decided, or it has left: its own lists tell more than a preview."""


@dataclass(frozen=True)
class PreviewEdition:
    """Makes previews and keeps them, one at a time for each edition."""

    database: Database
    clock: Clock
    plan: WeekPlan
    foresee: Foresee

    async def __call__(
        self, edition_id: UUID | None, by: str, begins: Begins = unheard
    ) -> tuple[Edition, Preview]:
        """Return the edition, the coming one if None is named, and its preview made now.

        ``begins`` hears of each step, the first once it is clear that there is something to preview.
        Raise NothingToPreview or AlreadyDecided.
        """
        now = self.clock.now()
        async with self.database.begin() as conn:
            edition = await _shown(conn, edition_id)
            begins("waiting")
            await previews.one_at_a_time(conn, edition.edition_no)
            placed, figures, seen = await self._seen(conn, edition, begins)
            begins("comparing")
            audiences = await estimates.of_edition(conn, edition.edition_no)
            who = _who(placed, seen)
            changes = await _changes(conn, edition, who)
            await previews.keep(
                conn,
                edition.edition_no,
                _told(figures, changes, audiences),
                {order.order_no: who[str(order.order_id)] for order in placed},
                made_at=now,
                made_by=by,
            )
            (made,) = await previews.newest(conn, edition.edition_no)
            return edition, made

    async def latest(self, edition_id: UUID | None) -> tuple[Edition, Preview]:
        """Return the edition and the preview made last, once it is frozen one of what was frozen.

        Raise NothingToPreview or AlreadyDecided.
        """
        async with self.database.begin() as conn:
            edition = await _shown(conn, edition_id)
            made = await previews.newest(conn, edition.edition_no)
        if edition.state in DECIDED and (not made or made[0].made_at < _decided_at(edition)):
            return await self(edition.edition_id, FREEZE)
        if not made:
            raise NothingToPreview("Nobody has made a preview of this edition yet")
        return edition, made[0]

    async def _seen(
        self, conn: AsyncConnection, edition: Edition, begins: Begins
    ) -> tuple[list[PlacedOrder], Figures, Seen]:
        if edition.state not in DECIDED:
            placed, day = await line_up(conn, edition, self.plan, self.clock.now())
            return placed, *await self.foresee(conn, placed, day, begins)
        begins("counting")
        held = {o.position: o for o in await orders.on_edition(conn, edition.edition_no) if o.position}
        placed = [held[position] for position in sorted(held)]
        seen = await frozen_seen(conn, edition.edition_no)
        begins("weighing")
        day = self.plan.day_of(edition.release_at)
        return placed, await self.foresee.weigh(conn, placed, day, seen), seen


def _decided_at(edition: Edition) -> datetime:
    assert edition.frozen_at is not None
    return edition.frozen_at


async def _shown(conn: AsyncConnection, edition_id: UUID | None) -> Edition:
    """Return the edition named, or the one that leaves next; raise NothingToPreview or AlreadyDecided."""
    if edition_id is None:
        return await _coming(conn)
    edition = await editions.by_id(conn, edition_id)
    if edition is None:
        raise NothingToPreview("There is no such edition")
    if edition.state not in {*DECIDED, EditionState.OPEN, EditionState.PARKED}:
        raise AlreadyDecided(f"The edition of {edition.wednesday} has left or never will: see its figures")
    return edition


async def _coming(conn: AsyncConnection) -> Edition:
    waiting = [
        edition for state in (EditionState.OPEN, *DECIDED) for edition in await editions.in_state(conn, state)
    ]
    if not waiting:
        raise NothingToPreview("No edition waits to leave at the moment")
    return min(waiting, key=lambda edition: edition.release_at)


async def to_preview(conn: AsyncConnection, edition_id: UUID | None) -> Edition:
    """Return an edition not yet decided, to foresee by name; raise NothingToPreview or AlreadyDecided."""
    edition = await _shown(conn, edition_id)
    if edition.state in DECIDED:
        raise AlreadyDecided(
            f"The recipients of {edition.wednesday} are decided: see the edition's recipients"
        )
    return edition


def _who(placed: Sequence[PlacedOrder], seen: Seen) -> dict[str, bytes]:
    by_position = people_by_position(seen.people)
    return {
        str(order.order_id): pack(by_position.get(place, ())) for place, order in enumerate(placed, start=1)
    }


async def _changes(conn: AsyncConnection, edition: Edition, who: Mapping[str, bytes]) -> Changes | None:
    last = await previews.newest(conn, edition.edition_no)
    if not last:
        return None
    before = await previews.people(conn, edition.edition_no)
    told = [_change(order_id, before.get(order_id), who.get(order_id)) for order_id in {**before, **who}]
    return Changes(
        since=last[0].made_at,
        made_by=last[0].made_by,
        mails_before=last[0].figures["mails"],
        pairs_before=last[0].figures["pairs"],
        orders=tuple(change for change in told if change.before != change.now or change.joined),
    )


def _change(order_id: str, before: bytes | None, now: bytes | None) -> OrderChange:
    moved = movement(before or NOBODY, now or NOBODY)
    return OrderChange(
        order_id=UUID(order_id),
        before=None if before is None else moved.before,
        now=None if now is None else moved.before + moved.joined - moved.left,
        joined=moved.joined,
        left=moved.left,
    )


def _told(figures: Figures, changes: Changes | None, audiences: Mapping[UUID, Estimate]) -> dict[str, Any]:
    return {
        **asdict(figures),
        "changes": asdict(changes) if changes else None,
        "audiences": [audience(estimate) for estimate in audiences.values()],
    }


def audience(estimate: Estimate) -> dict[str, Any]:
    """Return how an order's audience moved since it was accepted."""
    return {
        "order_id": estimate.order_id,
        "accepted_at": _moment(estimate.accepted_at),
        "accepted": estimate.accepted,
        "looked_at": _moment(estimate.looked_at),
        "recipients": estimate.recipients,
        "joined": estimate.joined,
        "left": estimate.gone,
        "moved_percent": round(estimate.movement.percent, 1),
        "warned_at": _moment(estimate.warned_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
