"""Obey compliance: what it says holds for every mail not yet submitted, also planned ones (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import suppressions
from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.messaging.consuming import Received


async def suppress_address(conn: AsyncConnection, received: Received[SuppressionAdded]) -> None:
    """Note a suppression."""
    said = received.data
    await suppressions.suppress(conn, bytes.fromhex(said.address_hash), said.scope, said.reason, said.at)


async def lift_suppression(conn: AsyncConnection, received: Received[SuppressionLifted]) -> None:
    """Note that a suppression was taken back."""
    said = received.data
    await suppressions.lift(conn, bytes.fromhex(said.address_hash), said.scope, said.at)
