"""Units and their named people in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.tables import named_people, units
from services.intake.domain.registers import KnownUnit, Register
from shared.addresses import normalize
from shared.contracts.crm import Unit


@dataclass(frozen=True)
class NamedPerson:
    """Somebody responsible for a unit's mailings (A9). ``source`` is crm or local."""

    address: str
    name: str
    source: str


async def keep_newer(conn: AsyncConnection, received: Sequence[Unit]) -> list[Unit]:
    """Store the units that are newer than what is known; return those."""
    newest = {unit.unit_id: unit for unit in sorted(received, key=lambda unit: unit.version)}
    rows = [_unit_row(newest[unit_id]) for unit_id in sorted(newest)]
    statement = upsert(units)
    statement = statement.on_conflict_do_update(
        index_elements=[units.c.unit_id],
        set_={name: statement.excluded[name] for name in ("version", "name", "kind", "region", "closed")},
        where=units.c.version < statement.excluded.version,
    )
    changed = (await conn.execute(statement.values(rows).returning(units.c.unit_id))).scalars()
    return [newest[unit_id] for unit_id in changed]


async def replace_crm_people(conn: AsyncConnection, changed: Iterable[Unit]) -> None:
    """Let the mailing contacts of these units be those that the CRM says."""
    changed = list(changed)
    ids = [unit.unit_id for unit in changed]
    await conn.execute(
        delete(named_people).where(named_people.c.source == "crm", named_people.c.unit_id.in_(ids))
    )
    rows = [row for unit in changed for row in _contact_rows(unit)]
    if rows:
        await conn.execute(insert(named_people).values(rows))


async def replace_local_people(
    conn: AsyncConnection, unit_id: str, people: Sequence[tuple[str, str]]
) -> None:
    """Let the local named people of a unit be these addresses and names, two at most."""
    await conn.execute(
        delete(named_people).where(named_people.c.source == "local", named_people.c.unit_id == unit_id)
    )
    rows = [_person_row(unit_id, "local", i, address, name) for i, (address, name) in enumerate(people, 1)]
    if rows:
        await conn.execute(insert(named_people).values(rows))


async def people_of(conn: AsyncConnection, unit_id: str) -> list[NamedPerson]:
    query = select(named_people).where(named_people.c.unit_id == unit_id)
    rows = await conn.execute(query.order_by(named_people.c.source, named_people.c.position))
    return [NamedPerson(row.address, row.name, row.source) for row in rows]


async def units_named_for(conn: AsyncConnection, address: str) -> list[str]:
    """Return the units for whose mailings an address may order (A9), without those that are closed."""
    query = (
        select(units.c.unit_id)
        .join(named_people, named_people.c.unit_id == units.c.unit_id)
        .where(named_people.c.address == address, ~units.c.closed)
    )
    return list(await conn.scalars(query.distinct().order_by(units.c.unit_id)))


async def exists_locked(conn: AsyncConnection, unit_id: str) -> bool:
    """Whether the unit is known; if so, no other transaction changes it until this one ends."""
    query = select(units.c.unit_id).where(units.c.unit_id == unit_id).with_for_update()
    return (await conn.execute(query)).one_or_none() is not None


async def register_for(conn: AsyncConnection, unit_ids: Iterable[str]) -> Register:
    """Return the register, with the named people of these units only."""
    known: dict[str, set[str]] = defaultdict(set)
    people = select(named_people.c.unit_id, named_people.c.address)
    for row in await conn.execute(people.where(named_people.c.unit_id.in_(set(unit_ids)))):
        known[row.unit_id].add(row.address)
    rows = await conn.execute(select(units))
    return Register(
        {
            row.unit_id: KnownUnit(
                row.unit_id, row.name, row.region, row.closed, frozenset(known[row.unit_id]), row.kind
            )
            for row in rows
        }
    )


async def listed_units(
    conn: AsyncConnection, words: str | None, region: str | None, limit: int, offset: int
) -> tuple[int, list[RowMapping]]:
    """Return how many units match, and one page of them by name."""
    conditions: list[ColumnElement[bool]] = []
    if words:
        conditions.append(or_(units.c.name.icontains(words, autoescape=True), units.c.unit_id == words))
    if region:
        conditions.append(units.c.region == region)
    condition = and_(True, *conditions)
    total = await conn.scalar(select(func.count()).select_from(units).where(condition))
    page = select(units).where(condition).order_by(units.c.name, units.c.unit_id)
    return total or 0, list((await conn.execute(page.limit(limit).offset(offset))).mappings())


def _unit_row(unit: Unit) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "version": unit.version,
        "name": unit.name or unit.unit_id,
        "kind": unit.kind,
        "region": unit.region,
        "closed": unit.closed,
    }


def _contact_rows(unit: Unit) -> list[dict[str, Any]]:
    people: dict[str, str] = {}
    for contact in unit.contacts:
        address = normalize(contact.email)
        if contact.role == "mailing" and address:
            people.setdefault(address, contact.name)
    return [
        _person_row(unit.unit_id, "crm", i, address, name)
        for i, (address, name) in enumerate(people.items(), 1)
    ]


def _person_row(unit_id: str, source: str, position: int, address: str, name: str) -> dict[str, Any]:
    return {"unit_id": unit_id, "source": source, "position": position, "address": address, "name": name}
