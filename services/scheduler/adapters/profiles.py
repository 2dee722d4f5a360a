"""Profiles: what people have in common. People with the same attributes share a row (D5)."""

import json
from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Attributes = tuple[tuple[str, ...], tuple[str, ...]]
"""Agreements and occupational groups, each sorted and named once."""

NONE: Attributes = ((), ())

_TOLD = """
    SELECT profile, ARRAY(SELECT jsonb_array_elements_text(said->'agreements')) AS agreements,
        ARRAY(SELECT jsonb_array_elements_text(said->'occupational_groups')) AS occupational_groups
    FROM (SELECT t AS profile, CAST(t AS jsonb) AS said FROM unnest(CAST(:profile AS text[])) AS t) AS each
"""

_ADD = text(
    f"""
    INSERT INTO profile (agreements, occupational_groups)
    SELECT agreements, occupational_groups FROM ({_TOLD}) AS told
    WHERE NOT EXISTS (SELECT FROM profile known WHERE known.agreements = told.agreements
        AND known.occupational_groups = told.occupational_groups)
    ORDER BY agreements, occupational_groups
    ON CONFLICT (agreements, occupational_groups) DO NOTHING
    """  # noqa: S608  # a constant
)
"""Leaves alone what is there: locking a profile would wait for those who have just put people in it, while
they wait for the next one."""

_KEYS = text(
    f"SELECT profile, profile_key FROM ({_TOLD}) AS told "  # noqa: S608  # a constant
    "JOIN profile USING (agreements, occupational_groups)"
)


async def keys(conn: AsyncConnection, wanted: Collection[Attributes]) -> dict[Attributes, int]:
    """Return the number of each profile, made if it was not there; none for people without attributes."""
    told = {
        json.dumps({"agreements": agreements, "occupational_groups": groups}): (agreements, groups)
        for agreements, groups in wanted
        if agreements or groups
    }
    if not told:
        return {}
    await conn.execute(_ADD, {"profile": list(told)})
    return {told[profile]: key for profile, key in await conn.execute(_KEYS, {"profile": list(told)})}
