"""Prepare an edition: its texts, once, before its mails may go."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import editions
from shared.contracts.sender import PrepareEdition
from shared.messaging.consuming import Received

log = structlog.get_logger(__name__)


async def prepare_edition(conn: AsyncConnection, received: Received[PrepareEdition]) -> None:
    """Store the texts and let the mails go that came before them. A second time changes nothing."""
    fresh = await editions.prepare(conn, received.data, received.now)
    log.info("edition_prepared", edition_id=str(received.data.edition_id), repeated=not fresh)
