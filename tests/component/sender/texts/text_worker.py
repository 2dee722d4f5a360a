"""A sender's delivery of texts in a process of its own, without the bus: to be killed."""

import asyncio
import sys
from pathlib import Path

from services.sender.adapters.tables import metadata
from services.sender.texting import Texting
from shared.hosting import Foundation
from tests.component.sender.post_office import settings_for


async def deliver(database_url: str, sms_url: str, clock: str) -> None:
    """Deliver, and sweep, until killed."""
    settings = settings_for(
        database_url,
        "amqp://unused",
        "smtp://127.0.0.1:9",
        Path(clock),
        sms_url=sms_url,
        sms_timeout_seconds=60.0,
        sms_connections=2,
    )
    base = Foundation("sender", settings, metadata)
    delivery = Texting.of(base, settings).delivery()
    assert delivery is not None
    await delivery.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2], sys.argv[3]))
