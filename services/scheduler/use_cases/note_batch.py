"""Note that a batch stands in the sender's ledger."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, planned_mails
from shared.contracts.sender import BatchRecorded
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent


async def note_batch(conn: AsyncConnection, received: Received[BatchRecorded]) -> None:
    """Stop waiting for the answer to a batch."""
    edition = await editions.by_id(conn, received.data.edition_id)
    if edition is None:
        raise Permanent(f"there is no edition {received.data.edition_id}")
    await planned_mails.note_recorded(conn, edition.edition_no, received.data.batch, received.now)
