"""One order on its Wednesday, in figures and at once: what its preview shows while somebody waits.

An order whose audience is nothing but types × units needs no bits. It is counted by a statement of its own,
which looks only at the assignments of those types and units and tells the planner which they are. Tests
compare it with the freeze.
"""

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


_NAMED = text(
    f"""
    WITH RECURSIVE {PLACED.format(source=STORED)}
    SELECT array_agg(DISTINCT type_key) AS types, array_agg(DISTINCT unit_key) AS units,
        array_agg(DISTINCT unit_key) FILTER (WHERE closed) AS closed,
        count(DISTINCT unit_key) = (SELECT count(*) FROM unit) AS everywhere,
        (SELECT order_class <> 'duty' FROM placed) AS refusable, (SELECT unit_id FROM placed) AS unit_id
    FROM type_cell
    """  # noqa: S608  # constants
)

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
    SELECT reason, CAST(sum(people) AS bigint) AS people, count(*) AS mails FROM (
        SELECT mailbox_key, count(*) AS people,
            CASE WHEN erased THEN 1 WHEN NOT valid THEN 2 WHEN email_status = 'missing' THEN 3
                WHEN email_status = 'invalid' THEN 4 ELSE coalesce(stop, 0) END AS reason
        FROM (
            SELECT person_key, bool_or(unit_key <> ALL(CAST(:closed AS bigint[])) AND {VALID}) AS valid
            FROM assignment
            WHERE NOT ended AND type_key = ANY(CAST(:types AS bigint[]))
              AND (CAST(:everywhere AS boolean) OR unit_key = ANY(CAST(:units AS bigint[])))
            GROUP BY person_key
        ) AS held
        JOIN person USING (person_key)
        LEFT JOIN (
            SELECT mailbox_key,
                min(CASE scope WHEN 'address' THEN 5 WHEN 'organisation' THEN 6 ELSE 7 END) AS stop
            FROM suppression WHERE NOT lifted AND scope = ANY(CAST(:scopes AS text[]))
            GROUP BY mailbox_key
        ) AS stopped USING (mailbox_key)
        GROUP BY mailbox_key, reason
    ) AS alike GROUP BY reason
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
    named = (await conn.execute(_NAMED, merge_parameters([order_no], day))).one()
    if named.types is None:
        return OrderCounts()
    for setting in _TUNE:
        await conn.execute(setting)
    told = {
        "day": day,
        "types": named.types,
        "units": named.units,
        "closed": named.closed or [],
        "everywhere": named.everywhere,
        "scopes": ["address", *(["organisation", f"unit:{named.unit_id}"] if named.refusable else [])],
    }
    counted = OrderCounts()
    for row in await conn.execute(_COUNTED, told):
        if not row.reason:
            counted.recipients, counted.mails = row.people, row.mails
        else:
            counted.excluded[_REASONS[row.reason]] = row.people
    return counted
