"""A process of its own that says messages into an outbox and never gets to publish them: to be killed."""

import asyncio
import sys

from shared.clock import SystemClock
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database, engine_for
from tests.support.probe import SERVICE, tables, units


async def talk(database_url: str, count: int) -> None:
    """Say ``count`` messages, one transaction each; report each commit on standard output, then hang."""
    database = Database(engine_for(database_url, SERVICE))
    outbox = Outbox(SERVICE, tables(), SystemClock())
    for number in range(count):
        async with database.begin() as conn:
            await outbox.add(conn, units(f"said-{number}"))
        print(number, flush=True)  # noqa: T201  # the test reads it
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(talk(sys.argv[1], int(sys.argv[2])))
