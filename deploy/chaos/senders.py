"""Sender processes that are killed and stopped, and started again by a supervisor."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.chaos.connections import open_connections, stopped
from deploy.local.mail import CHECKOUT
from deploy.local.ports import free_ports
from deploy.local.process import GuardedServer
from deploy.local.warden import Spec

LOOK_SECONDS = 0.1


@dataclass
class Sender:
    """One place for a sender process. ``server`` is the process that has it now."""

    number: int
    server: GuardedServer
    killed: bool = False
    stalled: bool = False


class Senders:
    """The complete sender (``onsdag serve sender``) in several processes of their own."""

    def __init__(self, folder: Path, environment: Mapping[str, str], relay_port: int) -> None:
        self._folder = folder
        self._environment = {**environment, "PATH": os.defpath, "PYTHONPATH": str(CHECKOUT)}
        self._relay_port = relay_port
        self._senders: list[Sender] = []
        self.ended_by_themselves = 0

    async def start(self, count: int) -> None:
        for number in range(count):
            self._senders.append(Sender(number, await asyncio.to_thread(self._process, number)))

    def _process(self, number: int) -> GuardedServer:
        spec = Spec(
            command=[sys.executable, "-m", "deploy.cli", "serve", "sender"],
            env=self._environment | {"ONSDAG_PORT": str(free_ports(1)[0])},
            log=str(self._folder / f"sender-{number}.log"),
            grace=20.0,
        )
        return GuardedServer(f"sender {number}", spec)

    async def supervise(self) -> None:
        """Start again whatever has ended, for ever: all the help that a killed sender gets."""
        while True:
            for sender in self._senders:
                if not sender.server.running():
                    self.ended_by_themselves += not sender.killed
                    await asyncio.to_thread(sender.server.kill)  # its warden is done: this closes its pipes
                    sender.server = await asyncio.to_thread(self._process, sender.number)
                    sender.killed = False
            await asyncio.sleep(LOOK_SECONDS)

    def is_at_work(self, sender: Sender) -> bool:
        """Whether it runs and has connections to the relay."""
        if sender.killed or sender.stalled or not sender.server.running():
            return False
        return open_connections(sender.server.pid, self._relay_port) > 0

    async def pick(self, chance: float) -> Sender:
        """Return one of the senders that have connections to the relay, as soon as there is one."""
        while True:
            found = [sender for sender in self._senders if self.is_at_work(sender)]
            if found:
                return found[int(chance * len(found))]
            await asyncio.sleep(LOOK_SECONDS)

    async def kill(self, sender: Sender) -> int:
        """SIGKILL; return how many connections to the relay were open at that moment."""
        sender.killed = True
        opened = await self._stop(sender)
        os.kill(sender.server.pid, signal.SIGKILL)
        return opened

    async def stall(self, sender: Sender, seconds: float) -> int:
        """SIGSTOP, and SIGCONT after a time; return how many connections to the relay stood still."""
        sender.stalled = True
        opened = await self._stop(sender)
        await asyncio.sleep(seconds)
        os.kill(sender.server.pid, signal.SIGCONT)
        sender.stalled = False
        return opened

    async def _stop(self, sender: Sender) -> int:
        os.kill(sender.server.pid, signal.SIGSTOP)
        while not stopped(sender.server.pid):  # noqa: ASYNC110  # the kernel tells nobody
            await asyncio.sleep(0)
        return open_connections(sender.server.pid, self._relay_port)

    def log_ends(self) -> str:
        return "\n".join(f"{each.server.name}:\n{each.server.log_end()}" for each in self._senders)

    async def stop(self) -> None:
        """End all, politely: each gives back what it has not begun."""
        servers = [sender.server for sender in self._senders]
        self._senders.clear()
        await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))
