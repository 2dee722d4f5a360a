"""What the copy of the register holds, a page at a time: for whoever compares it with the CRM's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PAGES = {
    "persons": text(
        "SELECT person_id AS id, mailbox_key IS NOT NULL AS has_address FROM person "
        "WHERE NOT erased AND version >= 0 AND person_id > :after ORDER BY person_id LIMIT :limit"
    ),
    "assignments": text(
        "SELECT assignment_id AS id, person_id FROM assignment JOIN person USING (person_key) "
        "WHERE NOT ended AND assignment_id > :after ORDER BY assignment_id LIMIT :limit"
    ),
    "units": text(
        "SELECT unit_id AS id, name, kind, region, parent_id FROM unit "
        "WHERE NOT closed AND version >= 0 AND unit_id > :after ORDER BY unit_id LIMIT :limit"
    ),
}


@dataclass(frozen=True)
class Listed:
    """Something that is here and has not ended, was not erased or closed. Fields of other kinds are None."""

    id: str
    has_address: bool | None = None
    person_id: str | None = None
    name: str | None = None
    kind: str | None = None
    region: str | None = None
    parent_id: str | None = None


async def page(conn: AsyncConnection, kind: str, after: str, limit: int) -> Sequence[Listed]:
    """Return the next ``persons``, ``assignments`` or ``units`` after an id, in the order of their ids."""
    rows: Any = (await conn.execute(_PAGES[kind], {"after": after, "limit": limit})).mappings()
    return [Listed(**row) for row in rows]
