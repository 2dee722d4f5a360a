"""One order on its Wednesday, in figures and at once: what its preview shows while somebody waits.

An order whose audience is nothing but types × units needs no bits. It is counted by a statement of its own,
which looks only at the assignments of those types and units and tells the planner which they are. Tests
compare it with the freeze.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.audience_sql import PLACED, STORED, VALID
from services.scheduler.adapters.foresight import foresee_order
from services.scheduler.adapters.merge import Queue, merge_parameters, shape_of


@dataclass
class OrderCounts:
    """What an order would come to if it were alone: people, their mails, and people left out by reason."""

    recipients: int = 0
    mails: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def ordered(self) -> int:
        return self.recipients + sum(self.excluded.values())


_NAMED = """
    WITH RECURSIVE {placed}
    SELECT array_agg(DISTINCT type_key) AS types, array_agg(DISTINCT unit_key) AS units,
        array_agg(DISTINCT unit_key) FILTER (WHERE closed) AS closed,
        count(DISTINCT unit_key) = (SELECT count(*) FROM unit) AS everywhere,
        (SELECT order_class <> 'duty' FROM placed) AS refusable, (SELECT unit_id FROM placed) AS unit_id
    FROM type_cell
"""

_REASONS = (
    "",
    "erased",
    "assignment_not_valid",
    "missing_address",
    "invalid_address",
    "dead_address",
    "opted_out",
    "opted_out_unit",
)
"""By the number that the statement gives them: numbers are faster to group by than words."""

_COUNTED = text(
    f"""
    WITH held AS MATERIALIZED (
        SELECT person_key, unit_key <> ALL(CAST(:closed AS bigint[])) AND {VALID} AS valid
        FROM assignment
        WHERE NOT ended AND type_key = ANY(CAST(:types AS bigint[]))
          AND (CAST(:everywhere AS boolean) OR unit_key = ANY(CAST(:units AS bigint[])))
    ),
    judged AS (
        SELECT mailbox_key, CASE WHEN erased THEN 1 WHEN email_status = 'missing' THEN 3
            WHEN email_status = 'invalid' THEN 4 ELSE coalesce(stop, 0) END AS reason
        FROM person LEFT JOIN (
            SELECT mailbox_key,
                min(CASE scope WHEN 'address' THEN 5 WHEN 'organisation' THEN 6 ELSE 7 END) AS stop
            FROM suppression WHERE NOT lifted AND scope = ANY(CAST(:scopes AS text[]))
            GROUP BY mailbox_key
        ) AS stopped USING (mailbox_key)
        WHERE person_key IN (SELECT person_key FROM held WHERE valid)
    ),
    late AS (
        SELECT erased FROM person WHERE person_key IN (
            SELECT person_key FROM held WHERE NOT valid EXCEPT SELECT person_key FROM held WHERE valid)
    )
    SELECT reason, count(*) AS people, count(DISTINCT mailbox_key) FILTER (WHERE reason = 0) AS mails
    FROM judged GROUP BY reason
    UNION ALL
    SELECT CASE WHEN erased THEN 1 ELSE 2 END, count(*), 0 FROM late GROUP BY erased
    """  # noqa: S608  # constants
)

_TUNE = (
    text("SET LOCAL jit = off"),
    text("SET LOCAL work_mem = '64MB'"),
    text("SET LOCAL enable_indexscan = off"),
    text("SET LOCAL plan_cache_mode = force_custom_plan"),
)
"""Plan for the very types and units, whose numbers the planner's statistics know; read the table in its own
order, not in that of an index."""


async def count_order(conn: AsyncConnection, order_no: int, day: date) -> OrderCounts:
    """Return what one order would come to if it were alone on a day."""
    if (await shape_of(conn, [order_no], Queue())).conditions:
        seen = await foresee_order(conn, order_no, day)
        return OrderCounts(len(seen.people), seen.mails, seen.excluded)
    return await count_plain(conn, STORED, merge_parameters([order_no], day))


async def count_plain(conn: AsyncConnection, source: str, told: Mapping[str, object]) -> OrderCounts:
    """Count for one order, stored or only thought of, whose audience has no conditions.

    ``source`` is where the merge finds it (``STORED`` or ``ASKED``), ``told`` the merge's parameters.
    """
    named = (await conn.execute(text(_NAMED.format(placed=PLACED.format(source=source))), told)).one()
    if named.types is None:
        return OrderCounts()
    for setting in _TUNE:
        await conn.execute(setting)
    cells = {
        "day": told["day"],
        "types": named.types,
        "units": named.units,
        "closed": named.closed or [],
        "everywhere": named.everywhere,
        "scopes": ["address", *(["organisation", f"unit:{named.unit_id}"] if named.refusable else [])],
    }
    counted = OrderCounts()
    for row in await conn.execute(_COUNTED, cells):
        if row.reason:
            reason = _REASONS[row.reason]
            counted.excluded[reason] = counted.excluded.get(reason, 0) + row.people
        else:
            counted.recipients, counted.mails = row.people, row.mails
    return counted
