"""Following what the relay has accepted."""

import asyncio
from pathlib import Path

from deploy.chaos.tally import Tally
from deploy.local.sink import Follower

LOOK_SECONDS = 0.2


class Arrivals:
    """Counts what arrives in the sink, which keeps a message before it acknowledges it."""

    def __init__(self, folder: Path) -> None:
        self.tally = Tally()
        self._follower = Follower(folder)
        self._counted = asyncio.Condition()

    async def reach(self, mails: int) -> None:
        """Wait until so many mails arrived."""
        async with self._counted:
            await self._counted.wait_for(lambda: self.tally.sent >= mails)

    async def follow(self) -> None:
        """Count until cancelled."""
        while True:
            await self.catch_up()
            await asyncio.sleep(LOOK_SECONDS)

    async def catch_up(self) -> None:
        """Count whatever has arrived until now."""
        async with self._counted:
            await asyncio.to_thread(self._count)
            self._counted.notify_all()

    def _count(self) -> None:
        for message in self._follower.fresh():
            self.tally.note(message)
