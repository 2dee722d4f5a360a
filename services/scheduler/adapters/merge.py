"""Running the merge: for good (the freeze) or to see what would come of it (the forecast)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.merge_sql import Shape, forecast_sql, freeze_sql


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


@dataclass(frozen=True)
class Queue:
    """Who waits when there is more for a person than the organisation allows (D2).

    ``most`` sections that have a turn go to one person, the lowest turns first; 0 is no limit. ``turns`` and
    ``carried_from`` are by position: no turn is a duty, which goes always; carried from an edition is what
    is only for those for whom it was moved there.
    """

    most: int = 0
    turns: Sequence[int | None] = ()
    carried_from: Sequence[int | None] = ()


_CONDITIONS = text(
    """
    SELECT coalesce(bool_or(
        members OR recipients_of <> '{}' OR jsonb_path_exists(audience, '$.agreements[0]')
        OR jsonb_path_exists(audience, '$.occupational_groups[0]')
        OR jsonb_path_exists(audience, '$.languages[0]') OR jsonb_path_exists(audience, '$.exclude.*[0]')
    ), false) FROM orders WHERE order_no = ANY(:order_no)
    """
)

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


async def freeze(
    conn: AsyncConnection, edition_no: int, order_nos: Sequence[int], day: date, queue: Queue = Queue()
) -> Merged:
    """Write the planned mails and exclusions of orders, in the order of their positions.

    What an earlier freeze of the edition wrote goes. The caller holds the edition's lock.
    """
    edition = {"edition_no": edition_no}
    await discard(conn, edition_no)
    merged = Merged()
    if order_nos:
        await tune(conn)
        told = {**edition, **merge_parameters(order_nos, day, queue)}
        statement = text(freeze_sql(await shape_of(conn, order_nos, queue)))
        merged.mails = (await conn.execute(statement, told)).rowcount
    await conn.execute(_TALLY, {**edition, "mails": merged.mails})
    merged.recipients = {row.order_no: row.recipients for row in await conn.execute(_RECIPIENTS, edition)}
    merged.excluded = await excluded(conn, edition_no)
    return merged


async def discard(conn: AsyncConnection, edition_no: int) -> None:
    """Take back what a freeze wrote: positions, cells, planned mails, exclusions and counts."""
    for statement in _DISCARD:
        await conn.execute(statement, {"edition_no": edition_no})


async def forecast(
    conn: AsyncConnection, order_nos: Sequence[int], day: date, queue: Queue = Queue()
) -> Merged:
    """Return what would come of these orders on a day. Nothing is written."""
    merged = Merged()
    if not order_nos:
        return merged
    await tune(conn)
    statement = text(forecast_sql(await shape_of(conn, order_nos, queue)))
    for row in await conn.execute(statement, merge_parameters(order_nos, day, queue)):
        order_no = order_nos[row.position - 1]
        merged.recipients[order_no] = int(row.people)
        merged.mails = row.mails
        if row.reason is not None:
            merged.excluded.setdefault(order_no, {})[row.reason] = row.excluded
    return merged


async def shape_of(conn: AsyncConnection, order_nos: Sequence[int], queue: Queue = Queue()) -> Shape:
    """Return what a merge of these orders must look at."""
    conditions = (await conn.execute(_CONDITIONS, {"order_no": list(order_nos)})).scalar_one()
    counted = sum(turn is not None for turn in queue.turns)
    return Shape(
        conditions=conditions or any(edition is not None for edition in queue.carried_from),
        pressure=0 < queue.most < counted,
    )


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


def merge_parameters(order_nos: Sequence[int], day: date, queue: Queue = Queue()) -> dict[str, object]:
    """Return what the merge's SQL needs to know."""
    nothing = [None] * len(order_nos)
    return {
        "order_no": list(order_nos),
        "carried_from": list(queue.carried_from) or nothing,
        "turn": list(queue.turns) or nothing,
        "most": queue.most,
        "nothing": "0" * len(order_nos),
        "day": day,
    }
