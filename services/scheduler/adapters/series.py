"""Figures of many Wednesdays, by month."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MONTHS = text(
    """
    WITH month AS (
        SELECT CAST(generate_series(CAST(:first AS timestamp), CAST(:last AS timestamp), '1 month') AS date)
            AS month
    ),
    decided AS (
        SELECT edition_no, CAST(date_trunc('month', wednesday) AS date) AS month, pairs, mails
        FROM edition WHERE frozen_at IS NOT NULL AND wednesday >= CAST(:first AS date)
            AND (state NOT IN ('stopped', 'parked') OR releasing_at IS NOT NULL)
    ),
    frozen AS (
        SELECT month, sum(pairs) AS pairs, sum(mails) AS mails FROM decided GROUP BY month
    ),
    held AS (
        SELECT CAST(date_trunc('month', wednesday) AS date) AS month, count(*) AS editions,
            count(*) FILTER (WHERE state = 'stopped') AS stopped
        FROM edition WHERE frozen_at IS NOT NULL AND wednesday >= CAST(:first AS date) GROUP BY 1
    ),
    left_out AS (
        SELECT month, coalesce(sum(people) FILTER (WHERE reason <> 'contact_pressure'), 0) AS people,
            jsonb_object_agg(reason, people) AS excluded FROM (
            SELECT month, reason, sum(people - later) AS people
            FROM decided JOIN exclusion_count USING (edition_no) GROUP BY month, reason
        ) AS by_reason WHERE people > 0 GROUP BY month
    ),
    withheld AS (
        SELECT month, sum(later) AS people FROM decided JOIN exclusion_count USING (edition_no) GROUP BY month
    ),
    spared AS (
        SELECT month, round(sum(saved)) AS saved FROM decided JOIN order_saving USING (edition_no)
        GROUP BY month
    ),
    outcome AS (
        SELECT month, jsonb_object_agg(state, mails) AS outcomes FROM (
            SELECT month, state, sum(tally.mails) AS mails
            FROM decided JOIN tally USING (edition_no) GROUP BY month, state
        ) AS by_state WHERE mails > 0 GROUP BY month
    )
    SELECT month, coalesce(editions, 0) AS editions, coalesce(stopped, 0) AS stopped,
        coalesce(saved, 0) AS saved, coalesce(pairs, 0) AS pairs,
        coalesce(mails, 0) AS mails, coalesce(left_out.people, 0) AS left_out,
        coalesce(withheld.people, 0) AS withheld, coalesce(excluded, '{}') AS excluded,
        coalesce(outcomes, '{}') AS outcomes
    FROM month LEFT JOIN held USING (month) LEFT JOIN frozen USING (month) LEFT JOIN left_out USING (month)
    LEFT JOIN withheld USING (month) LEFT JOIN outcome USING (month)
    LEFT JOIN spared USING (month)
    ORDER BY month
    """
)


@dataclass(frozen=True)
class Month:
    """A month's Wednesdays, as they were frozen. ``ordered`` is ``pairs`` and ``excluded``: (order, person).
    Who had to wait (D2) is excluded here and ordered once, where they are reached or left out for good.

    ``withheld`` of the pairs were taken back after it. ``outcomes``: mails by delivery state.
    ``saved``: mails that merging spared (A6), of what has left; ``stopped``: Wednesdays that were called off.
    One called off before anything left counts there, and among the ``editions``, alone; one that is parked
    among the ``editions``.
    """

    month: date
    editions: int
    stopped: int
    saved: int
    ordered: int
    pairs: int
    mails: int
    withheld: int
    excluded: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)


async def months(conn: AsyncConnection, first: date, last: date) -> list[Month]:
    """Return one entry for each month between two first days of months, empty ones too."""
    return [
        Month(
            month=row.month,
            editions=row.editions,
            stopped=row.stopped,
            saved=int(row.saved),
            ordered=int(row.pairs + row.left_out),
            pairs=int(row.pairs),
            mails=int(row.mails),
            withheld=int(row.withheld),
            excluded=row.excluded,
            outcomes=row.outcomes,
        )
        for row in await conn.execute(_MONTHS, {"first": first, "last": last})
    ]
