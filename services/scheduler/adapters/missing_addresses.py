"""People of an edition who have no address that works (D3)."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.scheduler import MissingAddress

_NOTE = text(
    """
    WITH left_out AS (
        SELECT person_key, min(reason) AS reason FROM exclusion
        WHERE edition_no = :edition_no AND reason IN ('missing_address', 'invalid_address', 'dead_address')
        GROUP BY person_key
    ),
    found AS MATERIALIZED (
        SELECT person_key, person_id, reason FROM left_out JOIN person USING (person_key) WHERE version >= 0
    ),
    noted AS (
        INSERT INTO missing_address (edition_no, person_key)
        SELECT CAST(:edition_no AS bigint), person_key FROM found
        ON CONFLICT DO NOTHING RETURNING person_key
    )
    SELECT array_agg(person_id ORDER BY person_id) AS people,
        array_agg(problem ORDER BY person_id) AS problems
    FROM (
        SELECT person_id, replace(reason, '_address', '') AS problem,
            (row_number() OVER (ORDER BY person_id) - 1) / CAST(:size AS integer) AS batch
        FROM noted JOIN found USING (person_key)
    ) AS numbered
    GROUP BY batch ORDER BY batch
    """
)


async def note(conn: AsyncConnection, edition_no: int, size: int) -> Iterator[tuple[MissingAddress, ...]]:
    """Return whom a frozen edition reaches without a working address, each once for an edition.

    They come in batches of at most ``size``, made when they are asked for: there may be tens of thousands.
    People of whom the CRM has not told us yet are not among them.
    """
    rows = await conn.execute(_NOTE, {"edition_no": edition_no, "size": size})
    return (
        tuple(
            MissingAddress(person_id=person_id, problem=problem)
            for person_id, problem in zip(row.people, row.problems, strict=True)
        )
        for row in rows
    )
