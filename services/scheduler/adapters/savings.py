"""What merging spared, by order: counted once the mails have left."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.merge import tune


@dataclass(frozen=True)
class Saving:
    """``together``: people who got another section in the same mail. ``saved``: its share of what was spared.

    In a mail of five sections each has spared four fifths of a mail.
    """

    together: int
    saved: float


_UNCOUNTED = text(
    """
    SELECT edition_no FROM edition
    WHERE (state IN ('released', 'completed') OR (state = 'stopped' AND NOT EXISTS (
          SELECT FROM tally WHERE tally.edition_no = edition.edition_no AND tally.mails > 0
            AND tally.state IN ('planned', 'deferred'))))
      AND EXISTS (SELECT FROM edition_order eo
          WHERE eo.edition_no = edition.edition_no AND position IS NOT NULL)
      AND NOT EXISTS (SELECT FROM order_saving s WHERE s.edition_no = edition.edition_no)
    ORDER BY edition_no LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    """
)

_COUNT = text(
    """
    WITH reader AS MATERIALIZED (
        SELECT mailbox_key, person_key,
            CASE WHEN refused IS NULL THEN bit_or(sections) ELSE bit_or(sections) & ~refused END AS sections
        FROM planned_mail CROSS JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no)
        JOIN edition_cell cell ON cell.edition_no = :edition_no AND cell.cell_no = e.cell_no
        WHERE planned_mail.edition_no = :edition_no AND state <> 'suppressed'
        GROUP BY mailbox_key, person_key, refused
    ),
    mail AS (SELECT mailbox_key, sum(bit_count(sections)) AS pairs FROM reader GROUP BY mailbox_key),
    alike AS (
        SELECT sections, pairs, count(*) AS people FROM reader JOIN mail USING (mailbox_key)
        GROUP BY sections, pairs
    )
    INSERT INTO order_saving (edition_no, order_no, together, saved)
    SELECT CAST(:edition_no AS bigint), order_no, coalesce(sum(people) FILTER (WHERE pairs > 1), 0),
        coalesce(sum(people * (pairs - 1) / pairs), 0)
    FROM edition_order LEFT JOIN alike ON get_bit(sections, position - 1) = 1
    WHERE edition_order.edition_no = :edition_no AND position IS NOT NULL
    GROUP BY order_no
    """
)

_FORGET = text("DELETE FROM order_saving WHERE edition_no = :edition_no")

_OF_EDITION = text("SELECT order_no, together, saved FROM order_saving WHERE edition_no = :edition_no")


async def uncounted(conn: AsyncConnection) -> int | None:
    """Return an edition that has left and is not counted yet, locked. A stopped one when all is settled."""
    edition_no: int | None = (await conn.execute(_UNCOUNTED)).scalar()
    return edition_no


async def count(conn: AsyncConnection, edition_no: int) -> None:
    """Count an edition's mails as they left."""
    await tune(conn)
    await conn.execute(_COUNT, {"edition_no": edition_no})


async def forget(conn: AsyncConnection, edition_no: int) -> None:
    """Count a stopped edition anew when it is known what left of it."""
    await conn.execute(_FORGET, {"edition_no": edition_no})


async def of_edition(conn: AsyncConnection, edition_no: int) -> dict[int, Saving]:
    """Return what each order of an edition spared, by order number; nothing before it is counted."""
    rows = await conn.execute(_OF_EDITION, {"edition_no": edition_no})
    return {row.order_no: Saving(row.together, round(float(row.saved), 1)) for row in rows}
