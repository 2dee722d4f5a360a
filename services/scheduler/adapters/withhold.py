"""Taking sections back after the freeze: an opt-out, an erasure or a withdrawal came meanwhile (F1)."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_WITHHOLD = text(
    """
    WITH zero AS MATERIALIZED (
        SELECT CAST(repeat('0', CAST(count(*) AS integer)) AS varbit) AS bits FROM edition_order
        WHERE edition_no = :edition_no AND position IS NOT NULL
    ),
    placed AS MATERIALIZED (
        SELECT order_no, position, set_bit((SELECT bits FROM zero), position - 1, 1) AS bits,
            unit_id, order_class <> 'duty' AS refusable,
            coalesce(taken_back, (SELECT 'withdrawn' FROM withdrawal w
                WHERE w.order_id = orders.order_id)) AS taken_back
        FROM edition_order JOIN orders USING (order_no)
        WHERE edition_no = :edition_no AND position IS NOT NULL
    ),
    gone AS MATERIALIZED (
        SELECT CAST(coalesce(bit_or(bits), (SELECT bits FROM zero)) AS varbit) AS bits
        FROM placed WHERE taken_back IS NOT NULL
    ),
    stopped AS (
        SELECT mailbox_key, CAST(bit_or(bits) AS varbit) AS bits,
            bool_or(scope = 'address') AS dead, bool_or(scope = 'organisation') AS opted_out
        FROM suppression JOIN placed
            ON scope = 'address' OR (refusable AND scope IN ('organisation', 'unit:' || unit_id))
        WHERE NOT lifted AND mailbox_key BETWEEN :first AND :last
        GROUP BY mailbox_key
    ),
    mail AS MATERIALIZED (
        SELECT planned_mail.mailbox_key, persons, cells, address IS NULL AS unknown,
            coalesce(refused, (SELECT bits FROM zero)) AS before,
            coalesce(refused, (SELECT bits FROM zero)) | (SELECT bits FROM gone)
                | coalesce(stopped.bits, (SELECT bits FROM zero)) AS refused,
            coalesce(dead, false) AS dead, coalesce(opted_out, false) AS opted_out
        FROM planned_mail JOIN mailbox ON mailbox.mailbox_key = planned_mail.mailbox_key
        LEFT JOIN stopped ON stopped.mailbox_key = planned_mail.mailbox_key
        WHERE edition_no = :edition_no AND state = 'planned'
          AND planned_mail.mailbox_key BETWEEN :first AND :last
    ),
    entry AS MATERIALIZED (
        SELECT mail.mailbox_key, e.person_key, e.cell_no, place, erased, unknown, dead, opted_out,
            refused, sections & ~before AS bits,
            CASE WHEN erased OR unknown THEN (SELECT bits FROM zero) ELSE sections & ~refused END AS kept
        FROM mail CROSS JOIN LATERAL unnest(persons, cells) WITH ORDINALITY AS e (person_key, cell_no, place)
        JOIN person ON person.person_key = e.person_key
        JOIN edition_cell ON edition_cell.edition_no = :edition_no AND edition_cell.cell_no = e.cell_no
    ),
    losing AS MATERIALIZED (SELECT * FROM entry WHERE kept <> bits),
    touched AS MATERIALIZED (SELECT DISTINCT mailbox_key FROM losing),
    lost AS (
        SELECT DISTINCT order_no, person_key, CASE WHEN erased THEN 'erased'
            WHEN unknown THEN 'missing_address' WHEN taken_back IS NOT NULL THEN taken_back
            WHEN dead THEN 'dead_address' WHEN opted_out AND refusable THEN 'opted_out'
            ELSE 'opted_out_unit' END AS reason
        FROM losing JOIN placed ON get_bit(losing.bits & ~losing.kept, position - 1) = 1
    ),
    noted AS (
        INSERT INTO exclusion (edition_no, order_no, person_key, reason, after_freeze)
        SELECT :edition_no, order_no, person_key, reason, true FROM lost
        ON CONFLICT (edition_no, order_no, person_key) DO NOTHING
        RETURNING order_no, reason
    ),
    counted AS (
        INSERT INTO exclusion_count (edition_no, order_no, reason, people, later)
        SELECT :edition_no, order_no, reason, count(*), count(*) FROM noted
        GROUP BY order_no, reason ORDER BY order_no, reason
        ON CONFLICT (edition_no, order_no, reason) DO UPDATE SET
            people = exclusion_count.people + EXCLUDED.people,
            later = exclusion_count.later + EXCLUDED.later
    ),
    left_over AS (
        SELECT mailbox_key, refused,
            array_agg(person_key ORDER BY place) FILTER (WHERE bit_count(kept) > 0) AS persons,
            array_agg(cell_no ORDER BY place) FILTER (WHERE bit_count(kept) > 0) AS cells
        FROM entry JOIN touched USING (mailbox_key) GROUP BY mailbox_key, refused
    )
    UPDATE planned_mail SET
        persons = coalesce(l.persons, '{}'), cells = coalesce(l.cells, '{}'), refused = l.refused,
        state = CASE WHEN l.persons IS NULL THEN 'suppressed' ELSE planned_mail.state END
    FROM left_over l
    WHERE planned_mail.edition_no = :edition_no AND planned_mail.mailbox_key = l.mailbox_key
    RETURNING planned_mail.state
    """
)

ALL = (0, 2**62)
"""The numbers of the first and the last mailbox there can be."""


@dataclass(frozen=True)
class Withheld:
    """Mails that lost some of their sections, and mails that lost all of them."""

    shortened: int
    suppressed: int


async def withhold(conn: AsyncConnection, edition_no: int, mailboxes: tuple[int, int] = ALL) -> Withheld:
    """Take back what must no longer be sent from mails not yet handed over, all or those in a range.

    Each section taken is an exclusion with its reason. Saying it twice changes nothing.
    """
    first, last = mailboxes
    told = {"edition_no": edition_no, "first": first, "last": last}
    states = (await conn.execute(_WITHHOLD, told)).scalars().all()
    suppressed = sum(state == "suppressed" for state in states)
    return Withheld(len(states) - suppressed, suppressed)
