"""Allow mail to an address again."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import suppressions
from shared.contracts.compliance import SuppressionLifted
from shared.messaging.consuming import Received


async def lift_suppression(conn: AsyncConnection, received: Received[SuppressionLifted]) -> None:
    """Allow mail within a scope again."""
    data = received.data
    await suppressions.lift(conn, bytes.fromhex(data.address_hash), data.scope, data.at)
