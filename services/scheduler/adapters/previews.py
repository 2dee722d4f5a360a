"""Previews in the database: figures of several, and who was in the newest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

KEPT = 20
"""Previews of an edition that are kept."""


@dataclass(frozen=True)
class Preview:
    """A preview as it was made."""

    preview_no: int
    made_at: datetime
    made_by: str
    figures: dict[str, Any]


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('preview'), CAST(:edition_no AS integer))")

_NEWEST = text(
    "SELECT preview_no, made_at, made_by, figures FROM preview WHERE edition_no = :edition_no "
    "ORDER BY preview_no DESC LIMIT :limit"
)

_ADD = text(
    "INSERT INTO preview (edition_no, made_at, made_by, figures) "
    "VALUES (:edition_no, :made_at, :made_by, CAST(:figures AS jsonb)) RETURNING preview_no"
)

_FORGET_OLD = text(
    "DELETE FROM preview WHERE edition_no = :edition_no AND preview_no <= ("
    "SELECT preview_no FROM preview WHERE edition_no = :edition_no "
    "ORDER BY preview_no DESC OFFSET :kept LIMIT 1)"
)

_PEOPLE = text(
    "SELECT order_id, people FROM preview_people JOIN orders USING (order_no) WHERE edition_no = :edition_no"
)

_FORGET_PEOPLE = text("DELETE FROM preview_people WHERE edition_no = :edition_no")

_ADD_PEOPLE = text(
    "INSERT INTO preview_people (edition_no, order_no, people) VALUES (:edition_no, :order_no, :people)"
)

_FORGET_DONE = (
    text(
        "DELETE FROM preview_people USING edition WHERE edition.edition_no = preview_people.edition_no "
        "AND state NOT IN ('open', 'frozen', 'parked', 'held')"
    ),
    text(
        "UPDATE order_estimate SET people = NULL WHERE people IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM edition_order JOIN edition USING (edition_no) "
        "WHERE edition_order.order_no = order_estimate.order_no "
        "AND state IN ('open', 'frozen', 'parked', 'held'))"
    ),
)


async def one_at_a_time(conn: AsyncConnection, edition_no: int) -> None:
    """Wait until nobody else makes a preview of an edition, so that each is compared with the one before."""
    await conn.execute(_ONE_AT_A_TIME, {"edition_no": edition_no})


async def newest(conn: AsyncConnection, edition_no: int, limit: int = 1) -> list[Preview]:
    """Return the latest previews of an edition, the newest first."""
    rows = await conn.execute(_NEWEST, {"edition_no": edition_no, "limit": limit})
    return [Preview(*row) for row in rows]


async def people(conn: AsyncConnection, edition_no: int) -> dict[str, bytes]:
    """Return who was in the newest preview, as bits, by the order's id."""
    return {str(order_id): bits for order_id, bits in await conn.execute(_PEOPLE, {"edition_no": edition_no})}


async def keep(
    conn: AsyncConnection,
    edition_no: int,
    figures: Mapping[str, Any],
    people: Mapping[int, bytes],
    *,
    made_at: datetime,
    made_by: str,
) -> None:
    """Keep a preview as the newest. ``people`` are by order number and replace those of the one before."""
    edition = {"edition_no": edition_no}
    told = json.dumps(figures, ensure_ascii=False, default=str)
    await conn.execute(_ADD, {**edition, "made_at": made_at, "made_by": made_by, "figures": told})
    await conn.execute(_FORGET_OLD, {**edition, "kept": KEPT})
    await conn.execute(_FORGET_PEOPLE, edition)
    if people:
        rows = [{**edition, "order_no": number, "people": bits} for number, bits in people.items()]
        await conn.execute(_ADD_PEOPLE, rows)


async def forget_people(conn: AsyncConnection) -> None:
    """Forget who would have got what, of editions that have left (F5)."""
    for statement in _FORGET_DONE:
        await conn.execute(statement)
