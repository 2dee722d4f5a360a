"""Doing to the senders and their servers what was planned."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from deploy.chaos.plan import Disturbance, Kind
from deploy.chaos.senders import Senders
from deploy.local.stack import LocalStack

STALL_SECONDS = 7.0
"""Longer than a lease (``run.LEASE_SECONDS``) and the sweep that finds it gone."""


class Disturber:
    """Kills, stops and restarts; counts what it did, and the connections that were open then."""

    def __init__(self, stack: LocalStack, senders: Senders, tell: Callable[[str], None]) -> None:
        self._stack = stack
        self._senders = senders
        self._tell = tell
        self._restarting: asyncio.Task[None] | None = None
        self.count: Counter[Kind] = Counter()
        self.open_connections = 0
        self.stalled_connections = 0

    async def carry_out(self, disturbances: Iterable[Disturbance]) -> None:
        """Do all of it. Restarts and stalls go on beside the next kills."""
        async with asyncio.TaskGroup() as beside:
            for each in disturbances:
                if each.kind is Kind.KILL:
                    await self._kill(each)
                else:
                    await asyncio.sleep(each.pause)
                    await self._begin(each, beside)

    async def _begin(self, each: Disturbance, beside: asyncio.TaskGroup) -> None:
        """Begin what goes on beside the next kills; one server is restarted at a time."""
        if each.kind is Kind.STALL:
            beside.create_task(self._stall(each))
            return
        if self._restarting:
            await self._restarting
        self._restarting = beside.create_task(self._restart(each.kind))

    async def _kill(self, each: Disturbance) -> None:
        victim = await self._senders.pick(each.chance)
        await asyncio.sleep(each.pause)
        if not self._senders.is_at_work(victim):
            victim = await self._senders.pick(each.chance)
        opened = await self._senders.kill(victim)
        self.count[Kind.KILL] += 1
        self.open_connections += opened
        self._tell(f"kill {self.count[Kind.KILL]}: sender {victim.number}, {opened} connections open")

    async def _stall(self, each: Disturbance) -> None:
        victim = await self._senders.pick(each.chance)
        self._tell(f"stall: sender {victim.number} stands still for {STALL_SECONDS:.0f} s")
        self.count[Kind.STALL] += 1
        self.stalled_connections += await self._senders.stall(victim, STALL_SECONDS)
        self._tell(f"stall: sender {victim.number} goes on")

    async def _restart(self, kind: Kind) -> None:
        server = self._stack.broker if "broker" in kind else self._stack.postgres
        assert server is not None
        self._tell(kind)
        self.count[kind] += 1
        await asyncio.to_thread(server.kill if "crash" in kind else server.stop)
        await asyncio.to_thread(server.start)
        self._tell(f"{kind}: it is up again")
