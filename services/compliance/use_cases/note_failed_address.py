"""Write no more to an address that is dead, or whose owner complained (D3)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.domain.suppressions import ADDRESS
from services.compliance.use_cases.register import Register
from shared.contracts.sender import AddressFailed
from shared.messaging.consuming import Received

SENDER = "sender"


async def note_failed_address(
    conn: AsyncConnection, register: Register, received: Received[AddressFailed]
) -> None:
    """Suppress the address for everything, duty included."""
    await register.suppress(
        conn,
        [bytes.fromhex(received.data.address_hash)],
        ADDRESS,
        received.data.reason,
        SENDER,
        at=received.now,
        correlation_id=received.correlation_id,
    )
