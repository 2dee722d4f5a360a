"""One order on its Wednesday, in figures and at once: what its preview shows while somebody waits."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.audiences import Thought, thought_of
from services.scheduler.adapters.order_counts_sql import KEYS, REASONS, counted_sql


@dataclass
class OrderCounts:
    """What an order would come to if it were alone: people, their mails, and people left out by reason."""

    recipients: int = 0
    mails: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def ordered(self) -> int:
        return self.recipients + sum(self.excluded.values())


_KEYS = text(KEYS)

_TUNE = tuple(
    text(f"SET LOCAL {setting}")
    for setting in (
        "jit = off",
        "work_mem = '32MB'",
        "plan_cache_mode = force_custom_plan",
        "enable_indexscan = off",
        "parallel_setup_cost = 100",
        "parallel_tuple_cost = 0.001",
    )
)
"""Plan for the very types and units, whose numbers the planner's statistics know; read the table in its own
order, not in that of an index; and on all cores that the server gives one query, for somebody waits."""

_MANY = text("SET LOCAL enable_nestloop = off")
"""How many got an earlier order, the planner cannot know."""


async def count_order(conn: AsyncConnection, order_no: int, day: date) -> OrderCounts:
    """Return what one order that is here would come to if it were alone on a day."""
    return await count_thought(conn, await thought_of(conn, order_no), day)


async def count_thought(conn: AsyncConnection, thought: Thought, day: date) -> OrderCounts:
    """Return what an order that is only thought of would come to. What nobody has heard of counts nothing."""
    told = thought.told(day) | _names(thought)
    keys = (await conn.execute(_KEYS, told)).mappings().one()
    for setting in _TUNE:
        await conn.execute(setting)
    if thought.audience.recipients_of or thought.audience.exclude.recipients_of:
        await conn.execute(_MANY)
    counted = OrderCounts()
    for row in await conn.execute(text(counted_sql(thought.audience)), {**told, **keys}):
        if row.reason:
            reason = REASONS[row.reason]
            counted.excluded[reason] = counted.excluded.get(reason, 0) + row.people
        else:
            counted.recipients, counted.mails = row.people, row.mails
    counted.excluded = dict(sorted(counted.excluded.items()))
    return counted


def _names(thought: Thought) -> dict[str, object]:
    """Return what an order names besides types × units, and whose opt-outs count."""
    audience, barred = thought.audience, thought.audience.exclude
    opted_out = [] if thought.order_class == "duty" else ["organisation", f"unit:{thought.unit_id}"]
    return {
        "scopes": ["address", *opted_out],
        "agreements": audience.agreements,
        "groups": audience.occupational_groups,
        "languages": audience.languages,
        "recipients_of": audience.recipients_of,
        "barred_types": barred.assignment_types,
        "barred_units": barred.units,
        "barred_regions": barred.regions,
        "barred_agreements": barred.agreements,
        "barred_groups": barred.occupational_groups,
        "barred_orders": barred.recipients_of,
    }
