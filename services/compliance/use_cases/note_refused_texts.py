"""Send no more texts to a number whose owner answered no (B4, F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.domain.suppressions import ADDRESS
from services.compliance.use_cases.register import Register
from shared.contracts.texts import TextRefused
from shared.messaging.consuming import Received

ANSWER = "text"


async def note_refused_texts(
    conn: AsyncConnection, register: Register, received: Received[TextRefused]
) -> None:
    """Suppress the number for everything, duty included: that goes by mail."""
    await register.suppress(
        conn,
        [bytes.fromhex(received.data.address_hash)],
        ADDRESS,
        "opted_out",
        ANSWER,
        at=received.data.at,
        correlation_id=received.correlation_id,
    )
