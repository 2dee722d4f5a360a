"""Deliver: lease what is due, write the intent, hand over, write what came of it (DESIGN §3.5)."""

import asyncio
import os
import socket
from dataclasses import dataclass
from time import monotonic

from services.sender.adapters import leasing
from services.sender.adapters.allowances import Allowances
from services.sender.adapters.leasing import Connection, Leased, bare_connection
from services.sender.adapters.route import Routes, until
from services.sender.use_cases.admit import Admission, in_turns
from services.sender.use_cases.compose_mail import MailWriter
from services.sender.use_cases.group_commit import GroupCommit
from services.sender.use_cases.hand_over import Hand, ReturnPath
from services.sender.use_cases.outage import when_it_answers
from services.sender.use_cases.outgoing import Outgoing
from services.sender.use_cases.watch_providers import LOOK_SECONDS, ProviderWatch
from shared.clock import Clock
from shared.persistence.database import Database

POLL_SECONDS = 0.3
LETTERS_AT_ONCE = 50
"""One-to-one mails at hand, at most: they do not wait for room."""
AT_HAND = 16
"""Mails leased ahead for each connection."""
STOP_SECONDS = 60.0
RELEASE_SECONDS = 10.0


class LeaseLost(Exception):
    """The process was silent longer than its lease: what it held is no longer its own."""


class Lease:
    """The lease of one process, as far as it knows without asking the database.

    A process that stood still and goes on sees by its own clock that its time is over, before it has asked.
    """

    def __init__(self, token: int, until: float) -> None:
        self.token = token
        self._until = until

    def extend(self, until: float) -> None:
        self._until = until

    def holds(self) -> bool:
        return monotonic() < self._until


@dataclass(frozen=True)
class Engine:
    """Delivers over a number of connections until told to stop. Any number may run, in any processes."""

    database: Database
    clock: Clock
    writer: MailWriter
    routes: Routes
    allowances: Allowances
    admission: Admission
    watch: ProviderWatch
    return_path: ReturnPath
    connections: int = 20
    messages_per_connection: int = 1000
    lease_seconds: float = 30.0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then finish what was begun and give back what was not."""
        worker = f"{socket.gethostname()}:{os.getpid()}"
        until = monotonic() + self.lease_seconds
        async with bare_connection(self.database) as conn:
            lease = Lease(await leasing.register(conn, worker, self.lease_seconds), until)
        try:
            await _Shift(self, lease, stop).work()
        finally:
            async with asyncio.timeout(RELEASE_SECONDS), bare_connection(self.database) as conn:
                await leasing.release(conn, lease.token)


class _Shift:
    """The work done under one lease."""

    def __init__(self, engine: Engine, lease: Lease, stop: asyncio.Event) -> None:
        self._engine = engine
        self._lease = lease
        self._stop = stop
        self._commits = GroupCommit(engine.database, engine.clock, lease.token)
        self._outgoing = Outgoing(engine.connections * AT_HAND)
        self._looked = asyncio.Event()

    async def work(self) -> None:
        async with asyncio.TaskGroup() as group:
            background = [
                group.create_task(each) for each in (self._commits.run(), self._beat(), self._look())
            ]
            hands = [group.create_task(self._hand().work()) for _ in range(self._engine.connections)]
            feeding = group.create_task(when_it_answers(self._feed))
            await self._stop.wait()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await feeding
                    self._outgoing.close(len(hands))
                    await asyncio.gather(*hands)
            except TimeoutError:
                await self._write_what_is_known()
                raise
            await self._put_back()
            for task in background:
                task.cancel()

    async def _write_what_is_known(self) -> None:
        """The connections were given up: write what became of their mails, if the database still answers."""
        async with asyncio.timeout(RELEASE_SECONDS):
            await self._commits.exchange([], None)

    def _hand(self) -> Hand:
        engine = self._engine
        return Hand(
            database=engine.database,
            writer=engine.writer,
            routes=engine.routes,
            watch=engine.watch,
            return_path=engine.return_path,
            lease=self._lease,
            commits=self._commits,
            outgoing=self._outgoing,
            stop=self._stop,
            messages_per_connection=engine.messages_per_connection,
        )

    async def _beat(self) -> None:
        """Show that the process lives."""
        while True:
            await asyncio.sleep(self._engine.lease_seconds / 3)
            await when_it_answers(self._renew)

    async def _renew(self) -> None:
        until = monotonic() + self._engine.lease_seconds
        async with bare_connection(self._engine.database) as conn:
            if not await leasing.renew(conn, self._lease.token, self._engine.lease_seconds):
                raise LeaseLost(f"lease {self._lease.token} is gone")
        self._lease.extend(until)

    async def _look(self) -> None:
        """Look after the providers."""
        while True:
            await when_it_answers(self._engine.watch.look)
            self._looked.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _put_back(self) -> None:
        """Put back the tokens of what was not begun."""
        async with bare_connection(self._engine.database) as conn:
            await self._engine.admission.put_back(conn, self._outgoing.drain())
        await self._engine.allowances.put_back()

    async def _feed(self) -> None:
        """Keep some mails at hand: enough for the connections, few enough to be given back.

        None before it is known which providers are in trouble. What was leased when the connection was lost,
        and is not at hand, is given back first.
        """
        await self._looked.wait()
        async with bare_connection(self._engine.database) as conn:
            await leasing.give_back_claimed(conn, self._lease.token, self._outgoing.known)
            while not self._stop.is_set():
                await self._fill(conn)

    def _wanted(self) -> tuple[int, int]:
        """Return how many one-to-one mails and mails of editions to lease now.

        While every relay is in trouble one at hand is enough to try with; the others wait in the ledger.
        """
        paused = self._engine.watch.restraints.paused
        relays = [route for route in self._engine.routes.routes if route.name not in paused]
        if any(not route.troubled for route in relays):
            return max(0, LETTERS_AT_ONCE - self._outgoing.letters), self._outgoing.room
        if relays and self._outgoing.idle(self._engine.connections):
            return 1, 1
        return 0, 0

    async def _fill(self, conn: Connection) -> None:
        letters, mailings = self._wanted()
        if not letters and not mailings:
            await until(self._stop, POLL_SECONDS)
            return
        now = self._engine.clock.now()
        found = await leasing.take(conn, self._lease.token, now, letters=letters, mailings=mailings)
        may_go = await self._engine.admission.admit(conn, self._lease.token, in_turns(found))
        for leased in sorted(may_go, key=_domain):
            self._outgoing.put(leased)
        if may_go:
            await self._outgoing.wait_until_low(POLL_SECONDS)
        else:
            await until(self._stop, POLL_SECONDS)


def _domain(leased: Leased) -> str:
    """The relay gets the mails to one domain together."""
    return leased.mail.to.address.rpartition("@")[2]
