"""People of an edition who have no address that works (D3)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.scheduler import MissingAddress

_NOTE = text(
    """
    WITH found AS (
        SELECT person_key, person_id, min(reason) AS reason
        FROM exclusion JOIN person USING (person_key)
        WHERE edition_no = :edition_no AND person.version >= 0
          AND reason IN ('missing_address', 'invalid_address', 'dead_address')
        GROUP BY person_key, person_id
    ),
    noted AS (
        INSERT INTO missing_address (edition_no, person_key)
        SELECT CAST(:edition_no AS bigint), person_key FROM found
        ON CONFLICT DO NOTHING RETURNING person_key
    )
    SELECT person_id, replace(reason, '_address', '') FROM noted JOIN found USING (person_key)
    ORDER BY person_id
    """
)


async def note(conn: AsyncConnection, edition_no: int) -> list[MissingAddress]:
    """Return whom a frozen edition reaches without a working address, each once for an edition.

    People of whom the CRM has not told us yet are not among them.
    """
    rows = await conn.execute(_NOTE, {"edition_no": edition_no})
    return [MissingAddress(person_id=person_id, problem=problem) for person_id, problem in rows]
