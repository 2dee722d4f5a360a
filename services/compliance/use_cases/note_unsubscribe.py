"""Obey an opt-out that came by mail, where the sender has proved whose it is (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.domain.suppressions import ORGANISATION
from services.compliance.use_cases.register import Register
from shared.contracts.sender import UnsubscribeReceived
from shared.messaging.consuming import Received

MAIL = "mail"


async def note_unsubscribe(
    conn: AsyncConnection, register: Register, received: Received[UnsubscribeReceived]
) -> None:
    """Stop all information and appeals, as the one-click link of the mail would; its undo takes this back."""
    await register.suppress(
        conn,
        [bytes.fromhex(received.data.address_hash)],
        ORGANISATION,
        "opted_out",
        MAIL,
        at=received.now,
        correlation_id=received.correlation_id,
    )
