"""What a freeze decided, counted as a preview counts what one would decide."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.foresight import seen
from services.scheduler.adapters.foresight_sql import SEEN
from services.scheduler.domain.previews import Seen

_COUNTED = text(
    f"""
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
    {SEEN}
    UNION ALL
    SELECT 'excluded', reason, '', position, people, 0, NULL
    FROM exclusion_count JOIN edition_order USING (edition_no, order_no)
    WHERE edition_no = :edition_no AND position IS NOT NULL
    """  # noqa: S608  # constants
)


async def frozen_seen(conn: AsyncConnection, edition_no: int) -> Seen:
    """Return what is in an edition's planned mails, without what was taken out of them since."""
    return seen(await conn.execute(_COUNTED, {"edition_no": edition_no}))
