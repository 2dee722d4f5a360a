"""Stop mail to an address (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import suppressions
from shared.contracts.compliance import SuppressionAdded
from shared.messaging.consuming import Received


async def suppress_address(conn: AsyncConnection, received: Received[SuppressionAdded]) -> None:
    """Stop mail within a scope. Mail already planned is held back when it is handed over."""
    data = received.data
    await suppressions.suppress(conn, bytes.fromhex(data.address_hash), data.scope, data.reason, data.at)
