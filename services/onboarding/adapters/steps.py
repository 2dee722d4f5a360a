"""Steps in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters.tables import member_contacts, newcomers, steps, timelines, units
from services.onboarding.domain.steps import State
from shared.contracts.onboarding import Step

AT_ONCE = 100
"""Most steps that one sweep takes in one transaction."""


@dataclass(frozen=True)
class StepRow:
    """A step, locked until its transaction ends."""

    timeline_id: UUID
    interest_id: str
    step: Step
    state: State
    concluded_at: datetime | None


async def of_timeline(conn: AsyncConnection, timeline_id: UUID, step: Step) -> StepRow:
    query = _locked().where(steps.c.timeline_id == timeline_id, steps.c.step == step)
    return _row((await conn.execute(query)).one())


async def by_key(conn: AsyncConnection, key: str) -> StepRow | None:
    """Return the step whose mail has this key."""
    row = (await conn.execute(_locked().where(steps.c.message_key == key))).one_or_none()
    return None if row is None else _row(row)


async def sendable(conn: AsyncConnection, waited_since: datetime) -> list[StepRow]:
    """Return missing steps that can be sent now; others' steps are left to them.

    A contact's mail can when the unit has a member contact. A letter can when the unit is known, or when its
    timeline was started at ``waited_since`` or before.
    """
    reachable = and_(
        exists().where(member_contacts.c.unit_id == timelines.c.unit_id),
        exists().where(units.c.unit_id == timelines.c.unit_id, ~units.c.closed),
    )
    known = exists().where(units.c.unit_id == timelines.c.unit_id)
    query = _of_known_people().where(
        steps.c.state == State.MISSING,
        or_(
            and_(steps.c.step == "contact", reachable),
            and_(steps.c.step == "letter", or_(known, timelines.c.started_at <= waited_since)),
        ),
    )
    return [_row(row) for row in await conn.execute(query.order_by(steps.c.due_at).limit(AT_ONCE))]


async def unanswered(conn: AsyncConnection, asked_before: datetime) -> list[StepRow]:
    """Return steps of whose mail the sender has said nothing since it was last asked."""
    query = _of_known_people().where(steps.c.state == State.SENT, steps.c.asked_at <= asked_before)
    return [_row(row) for row in await conn.execute(query.order_by(steps.c.asked_at).limit(AT_ONCE))]


async def change(conn: AsyncConnection, row: StepRow, state: State, **values: Any) -> None:
    """Store a step's new state."""
    statement = update(steps).where(steps.c.timeline_id == row.timeline_id, steps.c.step == row.step)
    await conn.execute(statement.values(state=state, **values))


def is_late(now: datetime, patience: timedelta) -> ColumnElement[bool]:
    """A step is late when it is not done by its limit, or when the sender has said nothing for too long."""
    silent = and_(steps.c.state.in_([State.SENT, State.UNCERTAIN]), steps.c.sent_at <= now - patience)
    return and_(steps.c.state != State.DONE, or_(steps.c.due_at <= now, silent))


def _locked() -> Select[Any]:
    query = select(
        steps.c.timeline_id, timelines.c.interest_id, steps.c.step, steps.c.state, steps.c.concluded_at
    )
    joined = query.join(timelines, timelines.c.timeline_id == steps.c.timeline_id)
    return joined.with_for_update(of=steps)


def _of_known_people() -> Select[Any]:
    """Steps of newcomers who are not erased, except those that another process has locked."""
    known = exists().where(newcomers.c.timeline_id == steps.c.timeline_id)
    return _locked().where(known).with_for_update(of=steps, skip_locked=True)


def _row(row: Row[Any]) -> StepRow:
    return StepRow(row.timeline_id, row.interest_id, row.step, State(row.state), row.concluded_at)
