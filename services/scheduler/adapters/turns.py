"""Those who hand an edition over together, and the one who decides about it alone, take turns.

Row locks that are shared do not queue: whoever waited for the edition alone would wait for as long as there
is always one process that hands over. So both take an advisory lock first, in which they queue.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState

_TOGETHER = text(
    "SELECT pg_advisory_xact_lock_shared(hashtext('edition'), CAST(edition_no AS integer)) "
    "FROM edition WHERE edition_no = :edition_no"
)
_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtext('edition'), CAST(edition_no AS integer)) "
    "FROM edition WHERE edition_id = :edition_id"
)
_STATE = text("SELECT state FROM edition WHERE edition_no = :edition_no FOR SHARE")


class UnknownEdition(LookupError):
    """There is no such edition."""


async def alone(conn: AsyncConnection, edition_id: UUID) -> Edition:
    """Return an edition that nobody else changes until the transaction ends; raise UnknownEdition."""
    await conn.execute(_ALONE, {"edition_id": edition_id})
    edition = await editions.by_id(conn, edition_id, lock=True)
    if edition is None:
        raise UnknownEdition(edition_id)
    return edition


async def together(conn: AsyncConnection, edition: Edition, state: EditionState) -> bool:
    """Whether an edition is in a state, and stays there until the transaction ends."""
    told = {"edition_no": edition.edition_no}
    await conn.execute(_TOGETHER, told)
    return bool((await conn.execute(_STATE, told)).scalar_one() == state)
