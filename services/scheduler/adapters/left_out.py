"""Sections that the sender left out of a mail at the last moment: its address refuses them by now (F1)."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOTE = text(
    """
    WITH zero AS MATERIALIZED (
        SELECT CAST(repeat('0', CAST(count(*) AS integer)) AS varbit) AS bits FROM edition_order
        WHERE edition_no = :edition_no AND position IS NOT NULL
    ),
    refused AS MATERIALIZED (
        SELECT mailbox_key, order_no, position,
            CASE WHEN bool_or(scope = 'address') THEN 'dead_address'
                WHEN bool_or(scope = 'organisation') THEN 'opted_out' ELSE 'opted_out_unit' END AS reason
        FROM unnest(CAST(:mailbox_key AS bigint[]), CAST(:scope AS text[])) AS t (mailbox_key, scope)
        CROSS JOIN edition_order JOIN orders USING (order_no)
        WHERE edition_no = :edition_no AND position IS NOT NULL
          AND (scope = 'address' OR (order_class <> 'duty' AND scope IN ('organisation', 'unit:' || unit_id)))
        GROUP BY mailbox_key, order_no, position
    ),
    noted AS (
        INSERT INTO exclusion (edition_no, order_no, person_key, reason, after_freeze)
        SELECT DISTINCT CAST(:edition_no AS bigint), order_no, e.person_key, reason, true
        FROM refused JOIN planned_mail mail USING (mailbox_key)
        CROSS JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no)
        JOIN edition_cell cell ON cell.edition_no = :edition_no AND cell.cell_no = e.cell_no
        WHERE mail.edition_no = :edition_no AND get_bit(sections, position - 1) = 1
          AND (mail.refused IS NULL OR get_bit(mail.refused, position - 1) = 0)
        ON CONFLICT (edition_no, order_no, person_key) DO NOTHING
        RETURNING order_no, reason
    ),
    counted AS (
        INSERT INTO exclusion_count (edition_no, order_no, reason, people, later)
        SELECT CAST(:edition_no AS bigint), order_no, reason, count(*), count(*)
        FROM noted
        GROUP BY order_no, reason ORDER BY order_no, reason
        ON CONFLICT (edition_no, order_no, reason) DO UPDATE SET
            people = exclusion_count.people + EXCLUDED.people,
            later = exclusion_count.later + EXCLUDED.later
    )
    UPDATE planned_mail SET refused = coalesce(refused, (SELECT bits FROM zero)) | away.bits
    FROM (
        SELECT mailbox_key,
            CAST(bit_or(set_bit((SELECT bits FROM zero), position - 1, 1)) AS varbit) AS bits
        FROM refused GROUP BY mailbox_key
    ) AS away
    WHERE planned_mail.edition_no = :edition_no AND planned_mail.mailbox_key = away.mailbox_key
    """
)


async def note(conn: AsyncConnection, edition_no: int, refused: Collection[tuple[int, str]]) -> None:
    """Note for (mailbox, scope)s that what the scope stops was not in the mail: nobody there got it.

    The mails are locked. Saying it twice changes nothing.
    """
    told = {"mailbox_key": [mailbox for mailbox, _ in refused], "scope": [scope for _, scope in refused]}
    await conn.execute(_NOTE, {**told, "edition_no": edition_no})
