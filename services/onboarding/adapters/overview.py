"""Timelines and figures as they are shown. ``address`` narrows to the units of a member contact (F4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters.steps import is_late
from services.onboarding.adapters.tables import member_contacts, newcomers, steps, timelines, units
from services.onboarding.domain.steps import STEPS, State
from shared.contracts.onboarding import Step


@dataclass(frozen=True)
class Moment:
    """The time at which lateness is judged, and how long the sender may be silent before."""

    now: datetime
    patience: timedelta


@dataclass(frozen=True)
class Filter:
    """Which timelines to show: those with a step that is all of this."""

    address: str | None = None
    unit_id: str | None = None
    step: Step | None = None
    state: State | None = None
    late: bool | None = None


async def page(
    conn: AsyncConnection, wanted: Filter, at: Moment, limit: int, offset: int
) -> tuple[int, list[RowMapping]]:
    """Return how many timelines match, and one page of them, the latest registration first."""
    condition = _matching(wanted, at)
    total = await conn.scalar(select(func.count()).select_from(timelines).where(condition))
    query = _with_unit().where(condition).order_by(timelines.c.registered_at.desc(), timelines.c.timeline_id)
    return total or 0, list((await conn.execute(query.limit(limit).offset(offset))).mappings())


async def one(conn: AsyncConnection, timeline_id: UUID, address: str | None) -> RowMapping | None:
    condition = and_(timelines.c.timeline_id == timeline_id, _own(address))
    return (await conn.execute(_with_unit().where(condition))).mappings().one_or_none()


async def steps_of(
    conn: AsyncConnection, timeline_ids: Iterable[UUID], at: Moment
) -> Mapping[UUID, list[RowMapping]]:
    """Return the steps of each timeline in their order, each with whether it is ``late``."""
    query = select(steps, is_late(at.now, at.patience).label("late"))
    found: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in (await conn.execute(query.where(steps.c.timeline_id.in_(list(timeline_ids))))).mappings():
        found[row["timeline_id"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: STEPS.index(row["step"]))
    return found


async def newcomers_of(conn: AsyncConnection, timeline_ids: Iterable[UUID]) -> Mapping[UUID, RowMapping]:
    """Return the person of each timeline that still has one."""
    query = select(newcomers).where(newcomers.c.timeline_id.in_(list(timeline_ids)))
    return {row["timeline_id"]: row for row in (await conn.execute(query)).mappings()}


async def figures(conn: AsyncConnection, address: str | None, now: datetime) -> list[RowMapping]:
    """Return, for each unit with newcomers, how many there are and how their letters went (C2)."""
    letter, contact = steps.alias("letter"), steps.alias("contact")
    is_done = letter.c.state == State.DONE
    in_time = and_(is_done, letter.c.concluded_at < letter.c.due_at)
    late = and_(~in_time, or_(is_done, letter.c.due_at <= now))
    query = (
        select(
            timelines.c.unit_id,
            units.c.name.label("unit_name"),
            func.count().label("newcomers"),
            func.count().filter(in_time).label("letters_in_time"),
            func.count().filter(late).label("letters_late"),
            func.count().filter(letter.c.state == State.FAILED).label("letters_failed"),
            func.count().filter(contact.c.state == State.MISSING).label("contacts_missing"),
        )
        .outerjoin(units, units.c.unit_id == timelines.c.unit_id)
        .join(letter, and_(letter.c.timeline_id == timelines.c.timeline_id, letter.c.step == "letter"))
        .join(contact, and_(contact.c.timeline_id == timelines.c.timeline_id, contact.c.step == "contact"))
        .where(_own(address))
        .group_by(timelines.c.unit_id, units.c.name)
        .order_by(timelines.c.unit_id)
    )
    return list((await conn.execute(query)).mappings())


async def open_steps(conn: AsyncConnection, at: Moment) -> list[RowMapping]:
    """Return how many steps of each kind are late, missing or failed."""
    query = select(
        steps.c.step,
        func.count().filter(is_late(at.now, at.patience)).label("late"),
        func.count().filter(steps.c.state == State.MISSING).label("missing"),
        func.count().filter(steps.c.state == State.FAILED).label("failed"),
    )
    rows = await conn.execute(query.where(steps.c.state != State.DONE).group_by(steps.c.step))
    return list(rows.mappings())


async def late_mails(conn: AsyncConnection, at: Moment, limit: int) -> list[RowMapping]:
    """Return the late steps that are mails, the longest late first."""
    query = select(steps.c.timeline_id, steps.c.step, steps.c.state)
    condition = and_(steps.c.step.in_(["contact", "letter"]), is_late(at.now, at.patience))
    rows = await conn.execute(query.where(condition).order_by(steps.c.due_at).limit(limit))
    return list(rows.mappings())


def _with_unit() -> Select[*tuple[Any, ...]]:
    joined = timelines.outerjoin(units, units.c.unit_id == timelines.c.unit_id)
    return select(timelines, units.c.name.label("unit_name")).select_from(joined)


def _own(address: str | None) -> ColumnElement[bool]:
    if address is None:
        return timelines.c.unit_id.is_not(None)
    own = member_contacts.c.unit_id == timelines.c.unit_id
    return exists().where(own, member_contacts.c.address == address)


def _matching(wanted: Filter, at: Moment) -> ColumnElement[bool]:
    conditions = [_own(wanted.address)]
    if wanted.unit_id is not None:
        conditions.append(timelines.c.unit_id == wanted.unit_id)
    kind = [steps.c.timeline_id == timelines.c.timeline_id]
    if wanted.step is not None:
        kind.append(steps.c.step == wanted.step)
    if wanted.state is not None:
        kind.append(steps.c.state == wanted.state)
    if wanted.late is False:
        conditions.append(~exists().where(*kind, is_late(at.now, at.patience)))
    elif wanted.late:
        kind.append(is_late(at.now, at.patience))
    if wanted.step or wanted.state or wanted.late:
        conditions.append(exists().where(*kind))
    return and_(*conditions)
