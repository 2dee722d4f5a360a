"""What orders would come to, without writing anything: the merge's own judgement, counted in other ways.

Parameters are those of ``merge_sql``.
"""

from functools import cache

from services.scheduler.adapters.merge_sql import Shape, judged_sql

SEEN = """
    SELECT 'people' AS what, CAST(granted AS text) AS name, '' AS language, 0 AS position,
        count(*) AS number, 0 AS example, array_agg(person_key) AS people
    FROM reader GROUP BY granted
    UNION ALL
    SELECT 'mails', CAST(sections AS text), language, 0, count(*), min(mailbox_key), NULL
    FROM mail GROUP BY sections, language
    UNION ALL
    SELECT 'domain', lower(split_part(address, '@', 2)), '', 0, count(*), 0, NULL
    FROM mail JOIN mailbox USING (mailbox_key) WHERE address IS NOT NULL GROUP BY 2
"""
"""What a preview shows of ``reader`` and ``mail``, foreseen or frozen; ``foresight.seen`` reads it."""

_COUNTED = f""",
    mail AS MATERIALIZED (
        SELECT mailbox_key, CAST(bit_or(granted) AS varbit) AS sections,
            CASE WHEN min(language) = max(language) THEN min(language) ELSE 'sv' END AS language
        FROM reader GROUP BY mailbox_key
    )
    {SEEN}
    UNION ALL
    SELECT 'excluded', reason, '', position, count(*), 0, NULL
    FROM excluded JOIN placed USING (order_no) GROUP BY reason, position
"""  # noqa: S608  # constants
"""A ``mail`` is in the language that the freeze gives it."""

_COUNTED_ALONE = """
    SELECT 'people' AS what, '' AS name, count(*) AS number, count(DISTINCT mailbox_key) AS mails,
        array_agg(person_key) AS people
    FROM reader
    UNION ALL
    SELECT 'excluded', reason, count(*), 0, NULL FROM excluded GROUP BY reason
"""

_CANDIDATES = """
    SELECT DISTINCT mailbox_key FROM held JOIN person USING (person_key)
    WHERE mailbox_key > :after ORDER BY mailbox_key LIMIT :limit
"""

_NAMED = """
    SELECT CAST(0 AS bigint) AS mailbox_key, cell_no, CAST(sections AS text) AS sections,
        concat_ws(', ', coalesce(assignment_type.name, role), nullif(unit.name, '')) AS role,
        NULL AS address, NULL AS language, NULL AS person_id, NULL AS name, NULL AS cells
    FROM cell LEFT JOIN assignment_type USING (type_key) LEFT JOIN unit USING (unit_key)
    UNION ALL
    SELECT reader.mailbox_key, 0, CAST(granted AS text), NULL,
        address, reader.language, person_id, name, cells
    FROM reader JOIN person USING (person_key) JOIN mailbox ON mailbox.mailbox_key = reader.mailbox_key
    {some}
    ORDER BY mailbox_key, person_id, cell_no
"""

_REFUSED = """
    SELECT reason FROM excluded WHERE person_key = ANY(CAST(:people AS bigint[])) AND order_no = :asked
"""

_OF_ITS_TYPES = "type_key = ANY (ARRAY(SELECT DISTINCT type_key FROM type_cell))"
_PEOPLE = "person_key = ANY(CAST(:people AS bigint[]))"


@cache
def foresee_sql(shape: Shape) -> str:
    """Return everything there is to count, from one judgement.

    People and mails by their sections, mails by recipient domain, exclusions by reason and position.
    """
    return judged_sql(shape) + _COUNTED


@cache
def foresee_one_sql(shape: Shape) -> str:
    """Return the same of one order alone, which looks only at assignments of its types."""
    return judged_sql(shape, _OF_ITS_TYPES) + _COUNTED_ALONE


@cache
def candidates_sql(shape: Shape) -> str:
    """Return the mailboxes of people whom the orders name, by number: not all of them get a mail."""
    return judged_sql(shape) + _CANDIDATES


@cache
def named_sql(shape: Shape, *, some: bool) -> str:
    """Return who would get what: the cells first, then each reader, those at one address together.

    ``some``: only ``people``, which is fast however many others there are.
    """
    where = f"WHERE reader.{_PEOPLE}" if some else ""
    return judged_sql(shape, _PEOPLE if some else "") + _NAMED.format(some=where)


@cache
def refused_sql(shape: Shape) -> str:
    """Return why one of ``people`` would not get the order ``asked``."""
    return judged_sql(shape, _PEOPLE) + _REFUSED
