"""The copy of the CRM's units and their member contacts."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters.tables import member_contacts, units
from shared.addresses import is_deliverable, normalize
from shared.contracts.crm import Unit


async def keep_newer(conn: AsyncConnection, received: Sequence[Unit]) -> list[Unit]:
    """Store the units that are newer than what is known; return those."""
    newest = {unit.unit_id: unit for unit in sorted(received, key=lambda unit: unit.version)}
    rows = [
        {"unit_id": u.unit_id, "version": u.version, "name": u.name or u.unit_id, "closed": u.closed}
        for _, u in sorted(newest.items())
    ]
    statement = upsert(units)
    statement = statement.on_conflict_do_update(
        index_elements=[units.c.unit_id],
        set_={name: statement.excluded[name] for name in ("version", "name", "closed")},
        where=units.c.version < statement.excluded.version,
    )
    changed = (await conn.execute(statement.values(rows).returning(units.c.unit_id))).scalars()
    return [newest[unit_id] for unit_id in changed]


async def replace_contacts(conn: AsyncConnection, changed: Iterable[Unit]) -> None:
    """Let the member contacts of these units be those that the CRM says and that can be written to."""
    changed = list(changed)
    ids = [unit.unit_id for unit in changed]
    await conn.execute(delete(member_contacts).where(member_contacts.c.unit_id.in_(ids)))
    rows = [row for unit in changed for row in _contact_rows(unit)]
    if rows:
        await conn.execute(insert(member_contacts).values(rows))


def _contact_rows(unit: Unit) -> list[dict[str, Any]]:
    people: dict[str, str] = {}
    for contact in unit.contacts:
        address = normalize(contact.email)
        if contact.role == "member" and is_deliverable(address):
            people.setdefault(address, contact.name)
    return [
        {"unit_id": unit.unit_id, "position": i, "address": address, "name": name}
        for i, (address, name) in enumerate(people.items(), 1)
    ]
