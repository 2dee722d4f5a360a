"""Running the merge: for good (the freeze) or to see what would come of it (the forecast)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.merge_sql import FORECAST, FREEZE


@dataclass
class Merged:
    """What came of a merge. ``recipients`` and ``excluded`` are by order number, in people."""

    mails: int = 0
    recipients: dict[int, int] = field(default_factory=dict)
    excluded: dict[int, dict[str, int]] = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        """(order, person) that are reached: the mails there would be without merging (A6)."""
        return sum(self.recipients.values())


_FREEZE = text(FREEZE)
_FORECAST = text(FORECAST)

_TUNE = tuple(
    text(f"SET LOCAL {setting}")
    for setting in (
        "jit = off",
        "work_mem = '96MB'",
        "hash_mem_multiplier = 2",
        "enable_nestloop = off",
        "enable_mergejoin = off",
    )
)
"""For this transaction alone. The planner cannot know how many rows a step gives to the next and would loop
over a million of them; hashing is never much worse."""

_STATISTICS = text("ANALYZE edition_cell, planned_mail, exclusion")
"""So that the planner knows at the hand-over what a freeze wrote, be it a moment ago."""

_RECIPIENTS = text(
    "SELECT order_no, recipients FROM edition_order WHERE edition_no = :edition_no AND position IS NOT NULL"
)

_EXCLUDED = text(
    "SELECT order_no, reason, people FROM exclusion_count WHERE edition_no = :edition_no "
    "ORDER BY order_no, reason"
)

_DISCARD = (
    text("UPDATE edition_order SET position = NULL, recipients = NULL WHERE edition_no = :edition_no"),
    *(
        text(f"DELETE FROM {table} WHERE edition_no = :edition_no")  # noqa: S608  # constants
        for table in ("planned_mail", "exclusion", "exclusion_count", "edition_cell", "tally")
    ),
)

_TALLY = text(
    "INSERT INTO tally (edition_no, state, mails, changed_at) VALUES (:edition_no, 'planned', :mails, now())"
)


async def freeze(conn: AsyncConnection, edition_no: int, order_nos: Sequence[int], day: date) -> Merged:
    """Write the planned mails and exclusions of orders, in the order of their positions.

    What an earlier freeze of the edition wrote goes. The caller holds the edition's lock.
    """
    edition = {"edition_no": edition_no}
    for statement in _DISCARD:
        await conn.execute(statement, edition)
    merged = Merged()
    if order_nos:
        await tune(conn)
        told = {**edition, **merge_parameters(order_nos, day)}
        merged.mails = (await conn.execute(_FREEZE, told)).rowcount
    await conn.execute(_TALLY, {**edition, "mails": merged.mails})
    merged.recipients = {row.order_no: row.recipients for row in await conn.execute(_RECIPIENTS, edition)}
    merged.excluded = await excluded(conn, edition_no)
    return merged


async def forecast(conn: AsyncConnection, order_nos: Sequence[int], day: date) -> Merged:
    """Return what would come of these orders on a day. Nothing is written."""
    merged = Merged()
    if not order_nos:
        return merged
    await tune(conn)
    for row in await conn.execute(_FORECAST, merge_parameters(order_nos, day)):
        order_no = order_nos[row.position - 1]
        merged.recipients[order_no] = int(row.people)
        merged.mails = row.mails
        if row.reason is not None:
            merged.excluded.setdefault(order_no, {})[row.reason] = row.excluded
    return merged


async def know_sizes(conn: AsyncConnection) -> None:
    """Tell the planner what the freeze wrote: without that, taking back is quadratic at the hand-over."""
    await conn.execute(_STATISTICS)


async def excluded(conn: AsyncConnection, edition_no: int) -> dict[int, dict[str, int]]:
    """Return how many people each order of an edition leaves out, by reason."""
    found: dict[int, dict[str, int]] = {}
    for order_no, reason, people in await conn.execute(_EXCLUDED, {"edition_no": edition_no}):
        found.setdefault(order_no, {})[reason] = people
    return found


async def tune(conn: AsyncConnection) -> None:
    """Prepare the transaction for large joins."""
    for setting in _TUNE:
        await conn.execute(setting)


def merge_parameters(order_nos: Sequence[int], day: date) -> dict[str, object]:
    """Return what the merge's SQL needs to know."""
    return {"order_no": list(order_nos), "nothing": "0" * len(order_nos), "day": day}
