"""Learn the names that the register uses, so that an order cannot name another (A7, D5)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import names
from shared.contracts.scheduler import RegisterNamed
from shared.messaging.consuming import Received


async def learn_names(conn: AsyncConnection, received: Received[RegisterNamed]) -> None:
    """Keep them. A name once borne stays one: its last bearer may be gone for a day."""
    await names.learn(conn, received.data.model_dump())
