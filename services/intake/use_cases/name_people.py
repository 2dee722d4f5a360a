"""Name people for the mailings of a unit, besides those that the CRM knows (A9)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import register
from services.intake.adapters.register import NamedPerson


class UnknownUnit(LookupError):
    """There is no such unit."""


async def name_people(
    conn: AsyncConnection, unit_id: str, people: Sequence[tuple[str, str]]
) -> list[NamedPerson]:
    """Let these, two at most, be the unit's local named people; return all its named people."""
    if not await register.exists_locked(conn, unit_id):
        raise UnknownUnit
    await register.replace_local_people(conn, unit_id, people)
    return await register.people_of(conn, unit_id)


async def people_of(conn: AsyncConnection, unit_id: str) -> list[NamedPerson]:
    """Return a unit's named people; raise UnknownUnit."""
    if not await register.exists_locked(conn, unit_id):
        raise UnknownUnit
    return await register.people_of(conn, unit_id)
