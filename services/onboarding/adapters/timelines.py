"""Timelines in the database."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters.tables import member_contacts, newcomers, steps, timelines, units
from services.onboarding.domain.newcomers import Contact, Newcomer, Timeline, Unit
from services.onboarding.domain.steps import State
from services.onboarding.domain.timeline import PlannedStep


async def start(
    conn: AsyncConnection,
    *,
    timeline_id: UUID,
    interest_id: str,
    unit_id: str,
    registered_at: datetime,
    started_at: datetime,
) -> bool:
    """Store a timeline; say whether its interest is new."""
    statement = upsert(timelines).on_conflict_do_nothing(index_elements=[timelines.c.interest_id])
    row = {
        "timeline_id": timeline_id,
        "interest_id": interest_id,
        "unit_id": unit_id,
        "registered_at": registered_at,
        "started_at": started_at,
    }
    return (await conn.execute(statement.values(row))).rowcount == 1


async def add_newcomer(conn: AsyncConnection, timeline_id: UUID, newcomer: Newcomer) -> None:
    await conn.execute(insert(newcomers).values(timeline_id=timeline_id, **asdict(newcomer)))


async def add_steps(conn: AsyncConnection, timeline_id: UUID, planned: Iterable[PlannedStep]) -> None:
    rows = [
        {"timeline_id": timeline_id, "state": State.WAITING, "note": "", **asdict(step)} for step in planned
    ]
    await conn.execute(insert(steps).values(rows))


async def by_id(conn: AsyncConnection, timeline_id: UUID) -> Timeline | None:
    """Return a timeline whose person is still known."""
    row = (await conn.execute(_whole().where(timelines.c.timeline_id == timeline_id))).one_or_none()
    return None if row is None else _timeline(row)


def _whole() -> Select[*tuple[Any, ...]]:
    first_contact = and_(member_contacts.c.unit_id == timelines.c.unit_id, member_contacts.c.position == 1)
    return (
        select(
            timelines,
            newcomers,
            units.c.name.label("unit_name"),
            units.c.closed,
            member_contacts.c.name.label("contact_name"),
            member_contacts.c.address.label("contact_address"),
        )
        .join(newcomers, newcomers.c.timeline_id == timelines.c.timeline_id)
        .outerjoin(units, units.c.unit_id == timelines.c.unit_id)
        .outerjoin(member_contacts, first_contact)
    )


def _timeline(row: Row[Any]) -> Timeline:
    return Timeline(
        timeline_id=row.timeline_id,
        interest_id=row.interest_id,
        registered_at=row.registered_at,
        started_at=row.started_at,
        newcomer=Newcomer(
            row.person_id, row.first_name, row.last_name, row.email, row.phone, row.language, row.wishes
        ),
        unit=None if row.unit_name is None else _unit(row),
    )


def _unit(row: Row[Any]) -> Unit:
    reachable = row.contact_address is not None and not row.closed
    contact = Contact(row.contact_name, row.contact_address) if reachable else None
    return Unit(row.unit_name, row.closed, contact)
