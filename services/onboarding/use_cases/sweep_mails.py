"""Send what could not be sent before, and ask again for what was never answered. A sweeper."""

import structlog

from services.onboarding.adapters import steps
from services.onboarding.adapters.steps import AT_ONCE
from services.onboarding.use_cases.correspondence import Correspondence
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


async def send_missing(database: Database, clock: Clock, correspondence: Correspondence) -> None:
    """Send the mails whose unit or member contact has appeared since (C1), and letters that waited enough."""
    while await _send_some(database, clock, correspondence) == AT_ONCE:
        pass


async def _send_some(database: Database, clock: Clock, correspondence: Correspondence) -> int:
    now = clock.now()
    async with database.begin() as conn:
        found = await steps.sendable(conn, now - correspondence.letter_wait)
        for row in found:
            await correspondence.write(conn, row, now)
    return len(found)


async def ask_again(database: Database, clock: Clock, correspondence: Correspondence) -> None:
    """Ask the sender again for mails that it has said nothing of for too long."""
    while await _ask_some(database, clock, correspondence) == AT_ONCE:
        pass


async def _ask_some(database: Database, clock: Clock, correspondence: Correspondence) -> int:
    now = clock.now()
    async with database.begin() as conn:
        found = await steps.unanswered(conn, now - correspondence.patience)
        asked = [row for row in found if await correspondence.ask_again(conn, row, now)]
    if asked:
        ids = [str(row.timeline_id) for row in asked[:50]]
        log.warning("mails_asked_for_again", count=len(asked), timeline_ids=ids)
    return len(found)
