"""What a freeze decided, counted as a preview counts what one would decide."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.foresight import AlikeMails, AlikePeople
from services.scheduler.domain.previews import Seen
from services.scheduler.domain.sections import positions

_COUNTED = text(
    """
    WITH reader AS MATERIALIZED (
        SELECT mailbox_key, language, person_key, CAST(bit_or(
            CASE WHEN refused IS NULL THEN sections ELSE sections & ~refused END) AS varbit) AS granted
        FROM planned_mail CROSS JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no)
        JOIN edition_cell USING (edition_no, cell_no)
        WHERE edition_no = :edition_no
        GROUP BY mailbox_key, language, person_key
    ),
    mail AS MATERIALIZED (
        SELECT mailbox_key, language, CAST(bit_or(granted) AS varbit) AS sections
        FROM reader GROUP BY mailbox_key, language
    )
    SELECT 'people' AS what, CAST(granted AS text) AS name, '' AS language, 0 AS position,
        count(*) AS number, 0 AS example, array_agg(person_key) AS people
    FROM reader GROUP BY granted
    UNION ALL
    SELECT 'mails', CAST(sections AS text), language, 0, count(*), min(mailbox_key), NULL
    FROM mail GROUP BY sections, language
    UNION ALL
    SELECT 'domain', lower(split_part(address, '@', 2)), '', 0, count(*), 0, NULL
    FROM mail JOIN mailbox USING (mailbox_key) WHERE address IS NOT NULL GROUP BY 2
    UNION ALL
    SELECT 'excluded', reason, '', position, people, 0, NULL
    FROM exclusion_count JOIN edition_order USING (edition_no, order_no)
    WHERE edition_no = :edition_no AND position IS NOT NULL
    """
)


async def frozen_seen(conn: AsyncConnection, edition_no: int) -> Seen:
    """Return what is in an edition's planned mails, without what was taken out of them since."""
    people: list[AlikePeople] = []
    mails: list[AlikeMails] = []
    domains: dict[str, int] = {}
    excluded: dict[int, dict[str, int]] = {}
    for row in await conn.execute(_COUNTED, {"edition_no": edition_no}):
        match row.what:
            case "people":
                people.append(AlikePeople(positions(row.name), row.people))
            case "mails" if "1" in row.name:
                mails.append(AlikeMails(positions(row.name), row.language, row.number, row.example))
            case "domain":
                domains[row.name] = row.number
            case "excluded":
                excluded.setdefault(row.position, {})[row.name] = row.number
    return Seen(people, mails, domains, excluded)
