"""Stop mail to an address (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import suppressions
from services.scheduler.use_cases.withhold_mails import withhold_from
from shared.contracts.compliance import SuppressionAdded
from shared.messaging.consuming import Received


async def suppress_address(conn: AsyncConnection, received: Received[SuppressionAdded]) -> None:
    """Stop mail within a scope, also what is planned and has not left."""
    data, hashed = received.data, bytes.fromhex(received.data.address_hash)
    mailbox = await suppressions.suppress(conn, hashed, data.scope, data.reason, data.at)
    await withhold_from(conn, [mailbox], received.now)
