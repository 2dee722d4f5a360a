"""Note how far the sender is with an edition. What comes late changes nothing."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import delivery_progress, editions
from shared.contracts.sender import EditionProgressed
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent


async def note_progress(conn: AsyncConnection, received: Received[EditionProgressed]) -> None:
    """Keep the latest figures for the API."""
    said = received.data
    edition = await editions.by_id(conn, said.edition_id)
    if edition is None:
        raise Permanent(f"there is no edition {said.edition_id}")
    figures = said.model_dump(mode="json", exclude={"edition_id"})
    await delivery_progress.note(conn, edition.edition_no, said.at, figures)
