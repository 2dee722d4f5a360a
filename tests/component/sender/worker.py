"""A sender's delivery in a process of its own, without the bus: to be killed."""

import asyncio
import contextlib
import sys
from datetime import timedelta
from pathlib import Path

from services.sender.adapters.tables import metadata
from services.sender.main import engine
from services.sender.use_cases.sweep_ledger import SweepLedger
from shared.hosting import Foundation
from tests.component.sender.post_office import settings_for

SWEEP_EVERY = timedelta(seconds=0.2)


async def deliver(database_url: str, smtp_url: str, clock: str, stop: asyncio.Event) -> None:
    """Deliver and sweep until told to stop."""
    settings = settings_for(database_url, "amqp://unused", smtp_url, Path(clock), lease_seconds=4.0)
    base = Foundation("sender", settings, metadata)
    sweep = SweepLedger(base.database, base.clock, timedelta(seconds=settings.lease_seconds / 2), resend=True)

    async def keep_sweeping() -> None:
        while not stop.is_set():
            await sweep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY.total_seconds()):
                    await stop.wait()

    await asyncio.gather(engine(base, settings).run(stop), keep_sweeping())
    await base.database.close()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2], sys.argv[3], asyncio.Event()))
