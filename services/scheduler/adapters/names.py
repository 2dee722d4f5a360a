"""The names that people of the register bear: assignment types, agreements, occupational groups."""

from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.crm import BATCH

_BORNE = """
    SELECT 'assignment_types' AS what, name FROM assignment_type
    UNION SELECT 'agreements', unnest(agreements) FROM profile
    UNION SELECT 'occupational_groups', unnest(occupational_groups) FROM profile
"""

_TELL = text(
    f"""
    INSERT INTO told_name (what, name)
    SELECT what, name FROM ({_BORNE}) AS borne
    WHERE NOT EXISTS (SELECT FROM told_name t WHERE (t.what, t.name) = (borne.what, borne.name))
    ORDER BY what, name LIMIT {BATCH}
    ON CONFLICT DO NOTHING RETURNING what, name
    """  # noqa: S608  # constants
)

_COUNT = text(f"SELECT count(*) FROM ({_BORNE}) AS borne")  # noqa: S608  # a constant


async def not_told(conn: AsyncConnection) -> dict[str, list[str]]:
    """Return names that were not told before, by what they name, and note that they are told now."""
    found = defaultdict(list)
    for what, name in await conn.execute(_TELL):
        found[what].append(name)
    return found


async def count(conn: AsyncConnection) -> int:
    """Return how many names are known."""
    return int((await conn.execute(_COUNT)).scalar_one())
